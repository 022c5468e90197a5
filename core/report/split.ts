/** How a placement splits a model, as a person writes it. */
import type { Placement } from "../estimate/index.ts";
import type { Parallel } from "../operators/index.ts";
import { quantityText } from "./quantity.ts";

/** "2×TP4": two replicas of four tensor ranks; a way of splitting that is not used is not named. */
export function splitText({ tensor, pipeline, data, expert }: Parallel, replicas: number): string {
  const ways = [
    ["TP", tensor],
    ["PP", pipeline],
    ["DP", data],
    ["EP", expert],
  ] as const;
  const used = ways.filter(([, count]) => count > 1).map(([name, count]) => `${name}${count}`);
  return `${quantityText(replicas, "count")}×${used.length === 0 ? "1" : used.join("")}`;
}

/** "2×TP4"; of pools the prompts' workers first: "1+3×TP4" where they are split alike, "2×TP2+3×TP4" where not. */
export function placementText({ parallel, replicas, prefill }: Placement): string {
  const decoding = splitText(parallel, replicas);
  if (prefill === undefined) return decoding;
  const prompts = splitText(prefill.parallel, prefill.replicas);
  const isAlike = splitText(prefill.parallel, replicas) === decoding;
  return `${isAlike ? quantityText(prefill.replicas, "count") : prompts}+${decoding}`;
}
