/** A long run in a worker of its own: its parts as they come, and a way to stop it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { askAlone } from "../ask.ts";
import type { Verb, Verbs } from "../worker/verbs.ts";
import { questionKey } from "./question-key.ts";
import type { Asked } from "./use-answer.ts";

export interface Run<V extends Verb> extends Asked<V> {
  /** Stopped before its end; what came until then is still shown. */
  readonly isStopped: boolean;
  readonly stop: () => void;
  readonly again: () => void;
}

/** Milliseconds without a change after which a run begins, so that a slider on its way starts none. */
const SETTLED_AFTER = 250;

export function useRun<V extends Verb>(verb: V, question: Verbs[V]["question"]): Run<V> {
  const [state, setState] = useState<Asked<V>>({ answer: null, refused: null, isWorking: true });
  const [isStopped, setStopped] = useState(false);
  const [turn, setTurn] = useState(0);
  const close = useRef<() => void>(() => {});
  const key = questionKey(question);
  useEffect(() => {
    setStopped(false);
    setState(({ answer }) => ({ answer, refused: null, isWorking: true }));
    const timer = setTimeout(() => {
      close.current = askAlone(verb, question, {
        part: (answer) => setState({ answer, refused: null, isWorking: true }),
        end: () => setState((before) => ({ ...before, isWorking: false })),
        refused: (refused) => setState({ answer: null, refused, isWorking: false }),
      });
    }, SETTLED_AFTER);
    close.current = () => clearTimeout(timer);
    return () => {
      clearTimeout(timer);
      close.current();
    };
  }, [verb, key, turn]);
  return {
    ...state,
    isStopped,
    stop: () => {
      close.current();
      setStopped(true);
      setState((before) => ({ ...before, isWorking: false }));
    },
    again: () => setTurn((before) => before + 1),
  };
}
