/** Operations and image of models whose rows print neither, as their sources print them. */
import table from "../catalogue/benchmarks/operations.json" with { type: "json" };
import type { Image } from "./image.ts";
import { plainLabels } from "./label.ts";

interface Counted {
  readonly operations: number;
  readonly image: Image;
}

const COUNTED: ReadonlyMap<string, Counted> = new Map(
  table.sources.flatMap(({ models }) =>
    models.map(({ name, image: [height = 0, width = 0], operations }): [string, Counted] => [
      name.toLowerCase(),
      { operations: Number.parseFloat(operations) * 1e9, image: [height, width] },
    ]),
  ),
);

/** Source: catalogue/benchmarks/operations.json */
export function countedOf(label: string): Counted | undefined {
  return plainLabels(label)
    .map((name) => COUNTED.get(name.toLowerCase()))
    .find((each) => each !== undefined);
}
