/**
 * FasterTransformer's example of translation: sentences of newstest2014 by T5, batch after batch in the order of the file.
 *
 * A batch is as long as its longest sentence, prompt and answer; its rate counts the words of the German that sacreBLEU finds. Beams
 * share what the encoder has read.
 *
 * Source: NVIDIA/FasterTransformer examples/pytorch/t5/translate_example.py (bleu_score.sys_len over the time, padding=True);
 * fairseq issue 124 and WMT14 (60,585 words of 3,003 sentences)
 */
import type { Tokens } from "../core/units.ts";
import { collection, type Row } from "./row.ts";

/** Words and marks of a sentence. */
const WORDS = 20.2;
/** Pieces of T5's vocabulary in it. Source: assumption, 1.65 a word as other vocabularies of 32,000 pieces have for German */
const PIECES: Tokens = 33;
/** "translate English to German: " */
const ASKED: Tokens = 6;
/** How far the longest of e sentences is beyond the mean, over the mean. Source: assumption, lengths spread by half and fall off exponentially */
const LONGER = 0.375;

/** A framework's own loop is another matter: its host decides every step. */
export function isTranslated(row: Row): boolean {
  const isOwn = collection(row) === "ftrf" && row.engine.startsWith("FasterTransformer");
  return isOwn && row.notes.startsWith("translation;");
}

/** Tokens of prompts and answers of a batch of `sentences`, all as long as the longest. */
export function translatedLengths(sentences: number): {
  readonly input: Tokens;
  readonly output: Tokens;
} {
  const output = PIECES * (1 + LONGER * Math.log(Math.max(1, sentences)));
  return { input: output + ASKED, output };
}

/** Words that a sentence of the row counts for. */
export function wordsOf(row: Row): number | null {
  return isTranslated(row) ? WORDS : null;
}

/** Answers searched side by side for each sentence. */
export function beamsOf(row: Row): number {
  return isTranslated(row) ? Number(/beamsearch=(\d+)/.exec(row.notes)?.[1] ?? 1) : 1;
}
