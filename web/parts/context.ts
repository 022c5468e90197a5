/** Words for every part of the page. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { WORDS, type Words } from "../words/index.ts";

export const WordsContext = createContext<Words>(WORDS.en);

export function useWords(): Words {
  return useContext(WordsContext);
}
