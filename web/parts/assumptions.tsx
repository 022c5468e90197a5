/** What an answer rests on besides figures; a sentence that the language has no words for stays in English. */
import type { JSX } from "preact";
import { useWords } from "./context.ts";

export function Assumptions({ texts }: { readonly texts: readonly string[] }): JSX.Element | null {
  const words = useWords();
  if (texts.length === 0) return null;
  return (
    <details>
      <summary>
        {words.assumed} ({texts.length})
      </summary>
      <ul>
        {texts.map((text) => {
          const said = words.assumption(text);
          return (
            <li key={text} lang={said === text ? "en" : undefined}>
              {said}
            </li>
          );
        })}
      </ul>
    </details>
  );
}
