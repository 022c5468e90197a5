/**
 * A run as Chrome trace events, which Perfetto and chrome://tracing open: steps as slices of their
 * lane, requests as asynchronous slices from arrival to end with their wait inside.
 *
 * Source: "Trace Event Format" (Google, 2016): ph X, b and e, C, M; times in microseconds;
 * google/perfetto src/trace_processor/importers/json/json_trace_parser_impl.cc (what it takes and drops)
 */
import type { Seconds } from "../units.ts";
import type { Observer } from "./observer.ts";

export interface ChromeTrace {
  readonly observer: Observer;
  /** Closes the list of events; whether it has them all. */
  readonly end: () => "whole" | "cut";
}

const MICROSECONDS = 1e6;
const PROCESS = 1;

/**
 * Writes events as they happen, piece by piece.
 *
 * @param eventsMax events after which no more are written, since viewers hold a file whole.
 */
export function chromeTrace(write: (text: string) => void, eventsMax = 1_000_000): ChromeTrace {
  let count = 0;
  let isCut = false;
  const put = (event: object) => {
    isCut = count >= eventsMax;
    if (isCut) return;
    write(
      `${count === 0 ? '{"displayTimeUnit":"ms","traceEvents":[\n' : ",\n"}${JSON.stringify(event)}`,
    );
    count += 1;
  };
  const named = new Set<number>();
  /** Threads count from 1: 0 is the idle one of a machine, and viewers hide it. */
  const threadOf = (lane: number): number => {
    const tid = lane + 1;
    const args = { name: `lane ${lane}` };
    if (!named.has(lane)) put({ ph: "M", pid: PROCESS, tid, name: "thread_name", args });
    named.add(lane);
    return tid;
  };
  put({ ph: "M", pid: PROCESS, name: "process_name", args: { name: "tenlane simulate" } });
  return {
    observer: {
      stepped: ({ lane, start, end, steps, chunks, decodes, waiting, cacheTokens }) => {
        const prompts = chunks.reduce((sum, { query }) => sum + query, 0);
        const name = prompts > 0 ? (decodes > 0 ? "mixed" : "prefill") : "decode";
        const args = { steps, promptTokens: prompts, decodes };
        put({ ph: "X", pid: PROCESS, tid: threadOf(lane), name, ...span(start, end), args });
        const held = { waiting, cacheTokens: Math.round(cacheTokens) };
        put({ ph: "C", pid: PROCESS, name: `lane ${lane}`, ts: microseconds(end), args: held });
      },
      stood: ({ first, start, up, paid }) => {
        const name = `lanes from ${first}`;
        put({ ph: "C", pid: PROCESS, name, ts: microseconds(start), args: { up, paid } });
      },
      ended: ({ id, arrival, admitted, first }, now) => {
        const { time, input, output } = arrival;
        const nested = { cat: "request", pid: PROCESS, id };
        const begin = (name: string, at: Seconds, args: object) =>
          put({ ...nested, ph: "b", name, ts: microseconds(at), args });
        const close = (name: string, at: Seconds) =>
          put({ ...nested, ph: "e", name, ts: microseconds(at) });
        const part = (name: string, from: Seconds, to: Seconds) => {
          begin(name, from, {});
          close(name, to);
        };
        begin("request", time, { input, output });
        part("wait", time, admitted);
        part("first token", admitted, first);
        part("answer", first, now);
        close("request", now);
      },
    },
    end: () => {
      write("\n]}\n");
      return isCut ? "cut" : "whole";
    },
  };
}

function span(start: Seconds, end: Seconds): { readonly ts: number; readonly dur: number } {
  const ts = microseconds(start);
  return { ts, dur: rounded(microseconds(end) - ts) };
}

function microseconds(time: Seconds): number {
  return rounded(time * MICROSECONDS);
}

/** To whole nanoseconds, so that the end of a slice is the start of the next. */
function rounded(time: number): number {
  return Math.round(time * 1000) / 1000;
}
