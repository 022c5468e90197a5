/** How a placement splits a model, as a person writes it. */
import type { Parallel } from "../operators/index.ts";

/** "2×TP4": two replicas of four tensor ranks; a way of splitting that is not used is not named. */
export function splitText({ tensor, pipeline, data, expert }: Parallel, replicas: number): string {
  const ways = [
    ["TP", tensor],
    ["PP", pipeline],
    ["DP", data],
    ["EP", expert],
  ] as const;
  const used = ways.filter(([, count]) => count > 1).map(([name, count]) => `${name}${count}`);
  return `${replicas}×${used.length === 0 ? "1" : used.join("")}`;
}
