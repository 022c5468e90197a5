/** Writes GGUF headers for tests: what a file says, in the bytes it says it with. */

export type Entry = readonly [
  key: string,
  value: string | number | readonly string[] | readonly number[],
];
export interface TensorLine {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: number;
}

/** A whole header, version 3; floats and negative numbers are not needed. */
export function ggufBytes(entries: readonly Entry[], tensors: readonly TensorLine[]): Uint8Array {
  const parts: number[] = [
    ...bytesOf("GGUF"),
    ...u32(3),
    ...u64(tensors.length),
    ...u64(entries.length),
  ];
  for (const [key, value] of entries) parts.push(...text(key), ...valueBytes(value));
  for (const { name, shape, type } of tensors) {
    parts.push(...text(name), ...u32(shape.length), ...shape.flatMap(u64), ...u32(type), ...u64(0));
  }
  return new Uint8Array(parts);
}

function valueBytes(value: Entry[1]): readonly number[] {
  if (typeof value === "string") return [...u32(8), ...text(value)];
  if (typeof value === "number") return [...u32(4), ...u32(value)];
  const strings = value.filter((each) => typeof each === "string");
  const numbers = value.filter((each) => typeof each === "number");
  return strings.length > 0
    ? [...u32(9), ...u32(8), ...u64(strings.length), ...strings.flatMap(text)]
    : [...u32(9), ...u32(4), ...u64(numbers.length), ...numbers.flatMap(u32)];
}

export function text(value: string): readonly number[] {
  return [...u64(bytesOf(value).length), ...bytesOf(value)];
}

function bytesOf(value: string): readonly number[] {
  return [...Buffer.from(value, "utf8")];
}

export function u32(value: number): readonly number[] {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value, true);
  return [...new Uint8Array(view.buffer)];
}

export function u64(value: number | bigint): readonly number[] {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(value), true);
  return [...new Uint8Array(view.buffer)];
}
