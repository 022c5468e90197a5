/** Records of drivers, played back to tests. */
import { MARKS, type Call, type Driver, type LibraryName, type Output } from "./driver.ts";

/** A driver that answers what was written down, and throws when it is asked something else. */
export function replayed(libraries: readonly LibraryName[], calls: readonly Call[]): Driver {
  let next = 0;
  return {
    has: (library) => libraries.includes(library),
    call: (name) => {
      const call = calls[next];
      if (call?.name !== name) {
        throw new Error(`call ${next} of the record is ${call?.name ?? "none"}, asked is ${name}`);
      }
      next += 1;
      return { status: call.status, out: call.out.map(unwritten) };
    },
  };
}

function unwritten(value: number | string): Output {
  if (typeof value === "number") return value;
  if (value.startsWith(MARKS.handle)) return BigInt(value.slice(MARKS.handle.length));
  if (!value.startsWith(MARKS.bytes)) return value;
  return Uint8Array.from(value.slice(MARKS.bytes.length).match(/../gu) ?? [], (pair) =>
    Number.parseInt(pair, 16),
  );
}
