/** The worker's answer to a question, as it comes. */
import { useEffect, useState } from "preact/hooks";
import { ask } from "../ask.ts";
import type { Refused } from "../worker/messages.ts";
import type { Verb, Verbs } from "../worker/verbs.ts";
import { questionKey } from "./question-key.ts";

export interface Asked<V extends Verb> {
  /** The newest part; of the question before, until the first part of this one is there. */
  readonly answer: Verbs[V]["answer"] | null;
  readonly refused: Refused | null;
  readonly isWorking: boolean;
}

/** Asks anew when the question changes, and takes the question before back. */
export function useAnswer<V extends Verb>(verb: V, question: Verbs[V]["question"]): Asked<V> {
  const [state, setState] = useState<Asked<V>>({ answer: null, refused: null, isWorking: true });
  const key = questionKey(question);
  useEffect(() => {
    setState(({ answer }) => ({ answer, refused: null, isWorking: true }));
    return ask(verb, question, {
      part: (answer) => setState({ answer, refused: null, isWorking: true }),
      end: () => setState((before) => ({ ...before, isWorking: false })),
      refused: (refused) => setState({ answer: null, refused, isWorking: false }),
    });
  }, [verb, key]);
  return state;
}
