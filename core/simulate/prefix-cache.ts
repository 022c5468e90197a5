/**
 * What ended requests left in a KV cache, least recently used first to go.
 *
 * Blocks are found by a hash of all tokens up to them, so a piece counts only if all before it are
 * there. The start of a prompt is touched last: its end is evicted first.
 *
 * Source: vLLM docs, "Automatic prefix caching" (design): hash of a block and its prefix, LRU, ends first
 */
import type { Tokens } from "../units.ts";
import type { Piece } from "./types.ts";

export interface PrefixCache {
  /** Leading tokens of `pieces` that are there. */
  readonly held: (pieces: readonly Piece[]) => Tokens;
  /** Keeps a prompt, with its answer where there is one, and evicts until no more than `room` tokens are kept. */
  readonly keep: (text: Text, room: Tokens) => void;
}

interface Text {
  readonly pieces: readonly Piece[];
  readonly answer?: Piece;
}

export function prefixCache(): PrefixCache {
  const kept = new Map<number, Tokens>();
  let total = 0;

  function touch(piece: Piece | undefined): void {
    if (piece === undefined) return;
    const { key, tokens } = piece;
    total += tokens - (kept.get(key) ?? 0);
    kept.delete(key);
    kept.set(key, tokens);
  }

  return {
    held: (pieces) => {
      let tokens = 0;
      for (const { key } of pieces) {
        const known = kept.get(key);
        if (known === undefined) break;
        tokens += known;
      }
      return tokens;
    },
    keep: ({ pieces, answer }, room) => {
      touch(answer);
      for (let index = pieces.length - 1; index >= 0; index -= 1) touch(pieces[index]);
      for (const [key, tokens] of kept) {
        if (total <= room) return;
        kept.delete(key);
        total -= tokens;
      }
    },
  };
}
