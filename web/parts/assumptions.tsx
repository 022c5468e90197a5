/** What an answer rests on besides figures. */
import type { JSX } from "preact";
import { useWords } from "./context.ts";
import { Said } from "./said.tsx";

export function Assumptions({ texts }: { readonly texts: readonly string[] }): JSX.Element | null {
  const words = useWords();
  if (texts.length === 0) return null;
  return (
    <details>
      <summary>
        {words.assumed} ({texts.length})
      </summary>
      <ul>
        {texts.map((text) => (
          <li key={text}>
            <Said text={text} />
          </li>
        ))}
      </ul>
    </details>
  );
}
