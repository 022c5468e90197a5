/**
 * A roofline as lines of text: how fast each part of a step computes, under what memory and arithmetic
 * allow at its FLOPs a byte. Both axes are logarithmic.
 *
 * Source: Williams, Waterman and Patterson 2009, "Roofline"
 */
import type { BytesPerSecond, FlopsPerByte, FlopsPerSecond } from "../units.ts";

export interface RooflineMark {
  /** One letter. */
  readonly mark: string;
  readonly intensity: FlopsPerByte;
  readonly rate: FlopsPerSecond;
}

export interface Roof {
  readonly peak: FlopsPerSecond;
  readonly bandwidth: BytesPerSecond;
}

/** FLOPs a byte from which on arithmetic is the limit. */
export function ridge({ peak, bandwidth }: Roof): FlopsPerByte {
  return peak / bandwidth;
}

/** Highest rate that `roof` allows at an intensity. */
export function roofAt({ peak, bandwidth }: Roof, intensity: FlopsPerByte): FlopsPerSecond {
  return Math.min(peak, intensity * bandwidth);
}

interface Axis {
  readonly low: number;
  readonly high: number;
}

/** `rows` lines of `columns` characters, the fastest on top: the roof as a line, a letter for each mark. */
export function rooflinePlot(
  marks: readonly RooflineMark[],
  roof: Roof,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): readonly string[] {
  const x = axis([...marks.map(({ intensity }) => intensity), ridge(roof) / 4, ridge(roof) * 4]);
  const y = axis([...marks.map(({ rate }) => rate), roof.peak, roofAt(roof, 10 ** x.low)]);
  const grid = Array.from({ length: rows }, () => Array.from({ length: columns }, () => " "));
  const put = (column: number, rate: FlopsPerSecond, text: string): void => {
    const line = grid[rows - 1 - place(rate, y, rows)];
    if (line !== undefined) line[column] = text;
  };
  for (let column = 0; column < columns; column++) {
    const intensity = 10 ** (x.low + ((x.high - x.low) * column) / (columns - 1));
    put(column, roofAt(roof, intensity), intensity < ridge(roof) ? "╱" : "─");
  }
  for (const { mark, intensity, rate } of marks) put(place(intensity, x, columns), rate, mark);
  return grid.map((line) => line.join("").trimEnd());
}

function axis(values: readonly number[]): Axis {
  const logs = values.filter((value) => value > 0).map(Math.log10);
  return { low: Math.min(...logs), high: Math.max(...logs) };
}

/** Cell of `value` among `cells`, 0 the lowest. */
function place(value: number, { low, high }: Axis, cells: number): number {
  const share = high > low ? (Math.log10(value) - low) / (high - low) : 0;
  return Math.round(Math.min(1, Math.max(0, share)) * (cells - 1));
}
