/** Ticks of a logarithmic axis that people count in, far enough apart for their labels. */
const CLOSE = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8];
const USUAL = [1, 2, 5];

/** At most `most` over the range of `values`, all above zero: all digits within a decade, only powers of ten over many; none of no values. */
export function logTicks(values: readonly number[], most: number): readonly number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const powers = span(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)));
  const ticksOf = (digits: readonly number[]): readonly number[] =>
    powers
      .flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
      .filter((tick) => tick >= low && tick <= high);
  const choices = [CLOSE, USUAL, [1, 3], [1]].map(ticksOf);
  const decades = ticksOf([1]);
  const step = Math.max(1, Math.ceil(decades.length / Math.max(1, most)));
  return (
    choices.find((ticks) => ticks.length <= most) ??
    decades.filter((_, index) => index % step === 0)
  );
}

function span(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
