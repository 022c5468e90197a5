/** Values by name; a graph inside another sees the names around it. */
import type { Value } from "./_value.ts";

export class Scope {
  readonly #values = new Map<string, Value>();
  readonly #around: Scope | null;

  constructor(around: Scope | null) {
    this.#around = around;
  }

  get(name: string): Value | undefined {
    return this.#values.get(name) ?? this.#around?.get(name);
  }

  hasOwn(name: string): boolean {
    return this.#values.has(name);
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  /** Names of this graph, without those around it. */
  entries(): IterableIterator<[string, Value]> {
    return this.#values.entries();
  }
}
