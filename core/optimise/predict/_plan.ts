/** Steps that are being fused: who writes and who reads each value. */
import type { Operand, Step } from "./steps.ts";

export class Plan {
  #steps: Step[];
  readonly #results: ReadonlySet<string>;
  readonly #writers = new Map<string, Step>();
  readonly #readers = new Map<string, Set<Step>>();

  constructor(steps: readonly Step[], results: readonly Operand[]) {
    this.#results = new Set(results.map(({ name }) => name));
    this.#steps = [...steps];
    for (const step of steps) this.#link(step);
  }

  get steps(): readonly Step[] {
    return this.#steps;
  }

  writer(value: Operand | null | undefined): Step | null {
    return value === null || value === undefined ? null : (this.#writers.get(value.name) ?? null);
  }

  readers(value: Operand | undefined): readonly Step[] {
    return value === undefined ? [] : [...(this.#readers.get(value.name) ?? [])];
  }

  isResult(value: Operand): boolean {
    return this.#results.has(value.name);
  }

  /** The one step that reads what `step` writes, where nothing else sees it. */
  next(step: Step): Step | null {
    const [output, ...others] = step.outputs;
    if (output === undefined || others.length > 0 || this.isResult(output)) return null;
    const readers = this.readers(output);
    return readers.length === 1 ? (readers[0] ?? null) : null;
  }

  has(step: Step): boolean {
    const [output] = step.outputs;
    return output !== undefined && this.#writers.get(output.name) === step;
  }

  /** Puts `made` in the place of the last of `gone`. */
  replace(gone: readonly Step[], made: Step): void {
    const last = gone.at(-1);
    const left = new Set(gone);
    for (const step of gone) this.#unlink(step);
    this.#steps = this.#steps.flatMap((step) =>
      step === last ? [made] : left.has(step) ? [] : [step],
    );
    this.#link(made);
  }

  /** Takes out whatever nobody reads. */
  sweep(): void {
    for (const step of this.#steps.toReversed()) {
      const isRead = step.outputs.some(
        (output) => this.isResult(output) || (this.#readers.get(output.name)?.size ?? 0) > 0,
      );
      if (isRead) continue;
      this.#unlink(step);
      this.#steps.splice(this.#steps.indexOf(step), 1);
    }
  }

  #link(step: Step): void {
    for (const { name } of step.outputs) this.#writers.set(name, step);
    for (const input of step.inputs) {
      if (input === null) continue;
      const readers = this.#readers.get(input.name) ?? new Set();
      this.#readers.set(input.name, readers.add(step));
    }
  }

  #unlink(step: Step): void {
    for (const { name } of step.outputs)
      if (this.#writers.get(name) === step) this.#writers.delete(name);
    for (const input of step.inputs)
      if (input !== null) this.#readers.get(input.name)?.delete(step);
  }
}
