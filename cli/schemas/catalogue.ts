/** What `tenlane catalogue --json` prints: one list, or one entry with its sources. */
import * as z from "zod";

export const device: z.ZodType = z.strictObject({
  id: z.string(),
  name: z.string(),
  vendor: z.string(),
  kind: z.enum(["gpu", "tpu", "asic", "fpga", "cpu"]),
  architecture: z.string().optional(),
  status: z.enum(["shipping", "announced", "retired"]),
  launched: z.string().optional(),
  inferenceOnly: z.string().optional().describe("not made to train: who says so"),
  peak: z.record(z.string(), z.number()).describe("dense FLOP/s by format"),
  vector: z.number().optional().describe("FP32 FLOP/s outside the matrix units"),
  memory: z
    .strictObject({
      capacity: z.number().optional().describe("bytes"),
      visible: z.number().optional().describe("bytes that the driver shows"),
      bandwidth: z.number().optional().describe("bytes a second"),
    })
    .optional(),
  cache: z.number().optional().describe("bytes"),
  units: z.number().optional(),
  clock: z.number().optional().describe("hertz"),
  array: z
    .strictObject({
      inputs: z.number().describe("channels in"),
      outputs: z.number().describe("channels out"),
      pixels: z.number(),
      together: z.number().optional().describe("engines that read the same weights together"),
    })
    .optional()
    .describe("what one engine multiplies a cycle, where its sides are fixed"),
  systolic: z
    .number()
    .optional()
    .describe("rows and columns of matrix units that are systolic arrays"),
  link: z
    .strictObject({
      bandwidth: z.number().describe("bytes a second, one direction"),
      domain: z.number(),
      name: z.string().optional(),
    })
    .optional(),
  host: z.strictObject({ bandwidth: z.number() }).optional(),
  reached: z.number().optional().describe("BF16 FLOP/s that somebody's best product reached"),
  onboard: z
    .strictObject({ cores: z.number(), clock: z.number() })
    .optional()
    .describe("processor on the same chip or board"),
  power: z
    .strictObject({ max: z.number().optional(), idle: z.number().optional() })
    .optional()
    .describe("watts"),
  price: z.number().optional().describe("US dollars"),
  assumptions: z.array(z.string()),
});

export const offer: z.ZodType = z.strictObject({
  id: z.string(),
  provider: z.string(),
  name: z.string(),
  device: z.string(),
  count: z.number(),
  kind: z.enum(["on-demand", "spot", "reserved", "purchase"]),
  dollarsPerHour: z.number().optional(),
  dollars: z.number().optional(),
  region: z.string().optional(),
  date: z.string().optional(),
  slice: z.literal(true).optional(),
  network: z.number().optional().describe("bytes a second"),
  power: z.number().optional().describe("watts"),
  source: z.string(),
});

export const grid: z.ZodType = z.strictObject({
  id: z.string(),
  name: z.string(),
  provider: z.string(),
  gramsPerKwh: z.number().optional(),
  marginalGramsPerKwh: z.number().optional(),
  pue: z.number().optional(),
  dollarsPerKwh: z.number().optional(),
  source: z.string(),
});

const printed = z.record(z.string(), z.unknown()).describe("figures as their sources print them");
const system = z.looseObject({ id: z.string(), device: z.string(), count: z.number() });
const model = z.looseObject({ id: z.string(), name: z.string(), source: z.string() });
const sources = z.record(z.string(), z.looseObject({ title: z.string(), url: z.string() }));
const file = z.looseObject({ id: z.string(), figures: printed });
const instance = z.looseObject({
  name: z.string(),
  count: z.number(),
  source: z.string(),
  prices: z.array(z.looseObject({ date: z.string() })),
});

export const catalogueSchema: z.ZodType = z.union([
  z.strictObject({ devices: z.array(device) }),
  z.strictObject({ systems: z.array(system) }),
  z.strictObject({ prices: z.array(offer) }),
  z.strictObject({ grids: z.array(grid) }),
  z.strictObject({ models: z.array(model) }),
  z.strictObject({ device, file, systems: z.array(system), offers: z.array(offer), sources }),
  z.strictObject({ system, sources }),
  z.strictObject({ provider: z.string(), instance, sources }),
  z.strictObject({ grid, file, sources }),
  z.strictObject({ model }),
]);
