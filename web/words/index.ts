import type { Words } from "./en.ts";

export type { Words } from "./en.ts";

export const LANGUAGES = ["en", "ko"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The words of a language, loaded when it is first asked for. */
export const WORDS: Readonly<Record<Language, () => Promise<Words>>> = {
  en: () => import("./en.ts").then(({ en }) => en),
  ko: () => import("./ko.ts").then(({ ko }) => ko),
};
