/** A file that was written when the page was built, loaded when it is first shown. */
import { useEffect, useState } from "preact/hooks";

interface Loaded<T> {
  readonly file: T | null;
  readonly isFailed: boolean;
}

/** The JSON of `data/<name>`. */
export function useFile<T>(name: string): Loaded<T> {
  const [file, setFile] = useState<T | null>(null);
  const [isFailed, setFailed] = useState(false);
  useEffect(() => {
    const leaving = new AbortController();
    fetch(new URL(`data/${name}`, document.baseURI), { signal: leaving.signal })
      .then(async (response) => setFile((await response.json()) as T))
      .catch(() => leaving.signal.aborted || setFailed(true));
    return () => leaving.abort();
  }, [name]);
  return { file, isFailed };
}
