/** Named networks of the catalogue: figures of a family, and what others count for them. */
import * as z from "zod";
import { decode } from "../decode.ts";
import type { Result } from "../result.ts";
import {
  buildNetwork,
  withInput,
  type InputSizes,
  type NetworkSpec,
} from "./architectures/index.ts";
import type { Network } from "./network.ts";

/** A file of catalogue/models whose architecture is a network. */
export interface NetworkEntry {
  readonly id: string;
  readonly name: string;
  /** Names that tables of measurements use, without the size of the input. */
  readonly aliases: readonly string[];
  readonly published?: PublishedNetwork | undefined;
  /** Where the figures were read. */
  readonly source: string;
  readonly at?: string | undefined;
  readonly network: NetworkSpec;
}

/** What a source counts for a network, as it prints it. */
export interface PublishedNetwork {
  /** Parameters. */
  readonly total?: number | undefined;
  /** Multiply-accumulates of one sample. */
  readonly macs?: number | undefined;
  /** Size of the input they were counted on, where it is not the entry's own. */
  readonly input?: InputSizes | undefined;
  /** "layers" where the counter sees layers with weights only, not products of two activations. */
  readonly counts?: "layers" | undefined;
  readonly source: string;
  readonly at?: string | undefined;
}

const sizes = z.record(z.string(), z.union([z.number(), z.array(z.number())]));
const entry: z.ZodType<NetworkEntry> = z.strictObject({
  id: z.string(),
  name: z.string(),
  aliases: z.array(z.string()),
  published: z
    .strictObject({
      total: z.number().positive().optional(),
      macs: z.number().positive().optional(),
      input: sizes.optional(),
      counts: z.literal("layers").optional(),
      source: z.string(),
      at: z.string().optional(),
    })
    .optional(),
  source: z.string(),
  at: z.string().optional(),
  network: z.looseObject({ family: z.string() }),
});

/** Errors: a field that is missing, unknown or of the wrong kind. Figures are checked when it is built. */
export function decodeNetworkEntry(json: unknown): Result<NetworkEntry> {
  return decode(entry, json);
}

/** The network of an entry, on its own size of input or on `input`. */
export function entryNetwork(from: NetworkEntry, input: InputSizes = {}): Result<Network> {
  const spec = withInput(from.network, input);
  return spec.ok ? buildNetwork(from, spec.value) : spec;
}
