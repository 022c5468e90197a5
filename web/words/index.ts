import { en, type Words } from "./en.ts";
import { ko } from "./ko.ts";

export type { Words } from "./en.ts";

export const LANGUAGES = ["en", "ko"] as const;
export type Language = (typeof LANGUAGES)[number];

export const WORDS: Readonly<Record<Language, Words>> = { en, ko };
