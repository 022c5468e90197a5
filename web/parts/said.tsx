/** A sentence of the core in the page's language; in English, and marked as such, where that has no words for it. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useWords } from "./context.ts";

export function Said({ text }: { readonly text: string }): JSX.Element {
  const { saying } = useWords();
  const [say, setSay] = useState<((text: string) => string | null) | null>(null);
  useEffect(() => void saying().then((loaded) => setSay(() => loaded)), [saying]);
  const said = say?.(text) ?? null;
  return said === null ? <span lang="en">{text}</span> : <>{said}</>;
}
