/** What the worker refused, in words. */
import type { JSX } from "preact";
import type { Refused } from "../worker/messages.ts";
import { useWords } from "./context.ts";
import { Said } from "./said.tsx";

export function RefusedNote({ refused }: { readonly refused: Refused | null }): JSX.Element | null {
  const words = useWords();
  if (refused === null) return null;
  const { path, expected, got } = refused;
  return (
    <p class="refused" role="alert">
      {path !== "" && `${path}: `}
      {words.expected} <Said text={expected} />, {words.got(got)}
    </p>
  );
}
