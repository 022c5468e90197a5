/**
 * How a network's cost grows when a batch, or a size of its input, doubles.
 *
 * Depth and width of a graph are no figures of its own; the sizes it leaves open are, and so is the batch.
 *
 * Source: the network really read at twice the size, and expanded again
 */
import { networkParameters, type Network } from "../model/index.ts";
import { trafficBytes } from "./flops.ts";
import { costRatio, type Cost } from "./growth.ts";
import { expandNetwork } from "./network.ts";

/** Cost of one pass, and by how much it is multiplied when a dimension doubles. */
export interface NetworkGrowth {
  readonly cost: Cost;
  readonly doubled: Readonly<Record<string, Cost>>;
}

/** `twice` is the network read again, by the size that was doubled. */
export function networkGrowth(
  network: Network,
  batch: number,
  twice: Readonly<Record<string, Network>>,
): NetworkGrowth {
  const cost = costOf(network, batch);
  const sizes = Object.entries(twice).map(([name, grown]) => {
    return [name, costRatio(costOf(grown, batch), cost)];
  });
  const larger = costRatio(costOf(network, 2 * batch), cost);
  return { cost, doubled: { batch: larger, ...Object.fromEntries(sizes) } };
}

function costOf(network: Network, batch: number): Cost {
  const operators = expandNetwork(network, batch);
  return {
    parameters: networkParameters(network),
    flops: operators.reduce((total, { count, flops }) => total + count * flops, 0),
    bytes: trafficBytes(operators),
  };
}
