/** Words for every part of the page. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Words } from "../words/index.ts";

export const WordsContext = createContext<Words | null>(null);

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (words === null) throw new Error("a part of the page is drawn before its words are there");
  return words;
}
