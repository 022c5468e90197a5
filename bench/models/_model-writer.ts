/** A graph being written, and the weights drawn for it. */
import { GraphWriter } from "../../measure/machine/index.ts";
import { Weights } from "./_weights.ts";

export class ModelWriter extends GraphWriter {
  readonly weights: Weights;

  constructor(seed: number) {
    super();
    this.weights = new Weights(seed);
  }
}
