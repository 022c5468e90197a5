/** A model that measures its own operators: inputs and weights on demand, all results into one number. */
import { GraphWriter } from "./graph-writer.ts";
import { ELEMENT } from "../../core/optimise/index.ts";

export type Dims = readonly number[];

export class ProbeWriter extends GraphWriter {
  readonly #inputs = new Map<string, string>();
  readonly #ends: string[] = [];
  #weights = 0;
  #results = 0;

  /** An input of these sizes; one serves all that ask for it. */
  given(dims: Dims, type: number = ELEMENT.float): string {
    const key = `x${type}_${dims.join("_")}`;
    const known = this.#inputs.get(key) ?? this.input(key, dims, type);
    this.#inputs.set(key, known);
    return known;
  }

  held(...dims: Dims): string {
    const count = dims.reduce((product, size) => product * size, 1);
    const values = repeated(new Float32Array(count), (index) => ((index * 7) % 11) / 100 - 0.05);
    this.#weights += 1;
    return this.stored(`w${this.#weights}`, dims, values);
  }

  /** 8-bit weights. */
  narrow(type: number, ...dims: Dims): string {
    const count = dims.reduce((product, size) => product * size, 1);
    const values = repeated(new Uint8Array(count), (index) => (index * 7) % 50);
    this.#weights += 1;
    return this.storedBytes(`w${this.#weights}`, dims, values, type);
  }

  end(value: string): void {
    this.#ends.push(this.op("ReduceMax", [value], { keepdims: 0 }));
  }

  /** A result of the model, as it is. */
  result(value: string, dims: Dims): void {
    this.#results += 1;
    this.output(`result${this.#results}`, value, dims);
  }

  done(name: string): Uint8Array {
    if (this.#ends.length > 0) this.output("result", this.op("Sum", this.#ends), []);
    return this.file(name, 17, { "com.microsoft": 1 });
  }

  convolve(x: string, filter: Filter): string {
    const { channels, out, kernel, stride = 1, groups = 1 } = filter;
    const pad = Math.floor((kernel - 1) / 2);
    const weight = this.held(out, channels / groups, kernel, kernel);
    return this.op("Conv", [x, weight, this.held(out)], {
      kernel_shape: [kernel, kernel],
      pads: [pad, pad, pad, pad],
      strides: [stride, stride],
      group: groups,
    });
  }
}

interface Filter {
  readonly channels: number;
  readonly out: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly groups?: number;
}

const PERIOD = 1100;

/** `values` filled with the first values of `at` over and over. */
function repeated<T extends Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(
  values: T,
  at: (index: number) => number,
): T {
  for (let index = 0; index < Math.min(PERIOD, values.length); index += 1)
    values[index] = at(index);
  for (let filled = PERIOD; filled < values.length; filled *= 2)
    values.copyWithin(filled, 0, filled);
  return values;
}
