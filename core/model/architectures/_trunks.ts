/** Every trunk that detectors and segmenters can stand on, told apart by its "trunk" figure. */
import * as z from "zod";
import { chainTrunk } from "./_chain-layer.ts";
import type { Trunk } from "./_trunk.ts";
import { invertedTrunk } from "./inverted-residual.ts";
import { residualTrunk } from "./resnet.ts";

export const anyTrunk: z.ZodType<Trunk> = z.union([residualTrunk, invertedTrunk, chainTrunk]);
