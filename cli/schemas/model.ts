/** What `tenlane read --json` prints. */
import * as z from "zod";
import { networkNode } from "./network-node.ts";
import { numerics } from "./numbers.ts";
import { stack } from "./stack.ts";

const common = { id: z.string(), name: z.string(), source: z.string(), numerics };

export const transformer: z.ZodObject = z.strictObject({
  kind: z.literal("transformer"),
  ...common,
  stacks: z.array(stack),
  contextMax: z.number().optional().describe("tokens"),
  assumptions: z.array(z.string()).optional(),
});

const network = z.strictObject({
  kind: z.literal("network"),
  ...common,
  inputs: z.array(
    z.strictObject({
      name: z.string(),
      shape: z.array(z.number()),
      drawn: z
        .strictObject({ rows: z.number(), links: z.number(), draws: z.number() })
        .optional()
        .describe("rows of a table of so many, found along so many links in so many draws"),
    }),
  ),
  nodes: z.array(networkNode),
  idle: z.number().optional().describe("parameters stored that no node uses"),
  outputs: z
    .array(
      z.strictObject({
        name: z.string(),
        shape: z.array(z.number()),
        sizes: z.array(z.string()).describe("in the names of sizes that the graph leaves open"),
      }),
    )
    .optional(),
  opsets: z.array(z.strictObject({ domain: z.string(), version: z.number() })).optional(),
  sizes: z.record(z.string(), z.number()).optional().describe("sizes left open, as taken"),
  assumptions: z.array(z.string()).optional(),
});

export const readSchema: z.ZodType = z.strictObject({
  model: z.discriminatedUnion("kind", [transformer, network]),
  parameters: z.strictObject({
    total: z.number(),
    active: z.number().describe("those a token meets"),
    groups: z.record(z.string(), z.number()),
  }),
});
