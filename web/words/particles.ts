/**
 * Korean particles, which depend on how the word before them ends when it is read aloud.
 *
 * Hangul syllables end in a consonant or not (Unicode 16.0, 3.12: index modulo 28); digits and Latin
 * letters are read by their Korean names: 6 is "yuk", L is "el".
 */

/** Particle after a consonant, after a vowel. */
const PAIRS = {
  "은/는": ["은", "는"],
  "이/가": ["이", "가"],
  "을/를": ["을", "를"],
  "과/와": ["과", "와"],
  "으로/로": ["으로", "로"],
} as const;

export type Particle = keyof typeof PAIRS;

const HANGUL_FIRST = 0xac00;
const HANGUL_LAST = 0xd7a3;
const FINALS = 28;
const RIEUL = 8;

/** Names that end in a consonant, and those among them that end in rieul. */
const CLOSED = "013678lmnr";
const CLOSED_BY_RIEUL = "178lr";

/** "H100" → "H100은": the word with the form of the particle that is right after it. */
export function withParticle(word: string, particle: Particle): string {
  const [closed, open] = PAIRS[particle];
  const end = ending(word);
  const takesOpen = end === "open" || (particle === "으로/로" && end === "rieul");
  return word + (takesOpen ? open : closed);
}

function ending(word: string): "open" | "closed" | "rieul" {
  const last =
    word
      .replaceAll(/[^\p{L}\p{N}]/gu, "")
      .at(-1)
      ?.toLowerCase() ?? "";
  const code = last.codePointAt(0) ?? 0;
  if (code >= HANGUL_FIRST && code <= HANGUL_LAST) {
    const final = (code - HANGUL_FIRST) % FINALS;
    return final === 0 ? "open" : final === RIEUL ? "rieul" : "closed";
  }
  if (CLOSED_BY_RIEUL.includes(last) && last !== "") return "rieul";
  return CLOSED.includes(last) && last !== "" ? "closed" : "open";
}
