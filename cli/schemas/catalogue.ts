/** What `tenlane catalogue --json` prints: one list, or one entry with its sources. */
import * as z from "zod";

const kind = z.enum(["gpu", "tpu", "asic", "fpga", "cpu"]);

export const device: z.ZodType = z.strictObject({
  id: z.string(),
  name: z.string(),
  vendor: z.string(),
  kind,
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
      window: z.number().optional().describe("side of the largest depthwise kernel"),
      square: z.number().optional().describe("side up to which kernels are computed as squares"),
      pool: z.number().optional().describe("side of the largest average pool"),
      sums: z.number().optional().describe("bytes a second of sums and pools through memory"),
      passes: z.number().optional().describe("bytes a second of one engine outside products"),
      answers: z
        .number()
        .optional()
        .describe("bytes a second of classes of each pixel to the host"),
    })
    .optional()
    .describe("what one engine multiplies a cycle, where its sides are fixed"),
  dataflow: z
    .strictObject({ weights: z.number().describe("bytes"), layers: z.number() })
    .optional()
    .describe("what is laid out at once, where samples stream through layers beside each other"),
  sockets: z
    .strictObject({ most: z.int(), bandwidth: z.number().describe("bytes a second, one way") })
    .optional()
    .describe("processors of one board, and the link between them"),
  matvec: z
    .strictObject({ native: z.int(), lanes: z.int(), tiles: z.int() })
    .optional()
    .describe("a unit that multiplies matrices by one vector"),
  systolic: z
    .number()
    .optional()
    .describe("rows and columns of matrix units that are systolic arrays"),
  link: z
    .strictObject({
      bandwidth: z.number().describe("bytes a second, one direction"),
      domain: z.number(),
      name: z.string().optional(),
      pair: z.number().optional().describe("bytes a second between two devices of a mesh"),
      torus: z
        .strictObject({ axes: z.int(), ring: z.int().describe("sides of its multiples close") })
        .optional(),
    })
    .optional(),
  host: z.strictObject({ bandwidth: z.number() }).optional(),
  reached: z
    .record(z.string(), z.number())
    .optional()
    .describe("FLOP/s that somebody's best products reached, by format"),
  onboard: z
    .strictObject({ cores: z.number(), clock: z.number(), dhrystone: z.number().optional() })
    .optional()
    .describe("processor on the same chip or board"),
  power: z
    .strictObject({
      max: z.number().optional(),
      idle: z.number().optional(),
      limit: z.number().optional(),
    })
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

const fact = z.union([
  z.strictObject({
    value: z.string().describe("as printed, with its unit"),
    source: z.string(),
    at: z.string(),
    period: z.string().optional(),
    note: z.string().optional(),
  }),
  z.strictObject({
    derived: z.string().describe("from other figures"),
    note: z.string().optional(),
  }),
]);
const figures = z
  .record(z.string(), z.union([fact, z.array(fact)]))
  .describe("as their sources print them; a list where sources disagree");

const status = z.enum(["shipping", "announced", "retired"]);

const system = z.strictObject({
  id: z.string(),
  name: z.string(),
  vendor: z.string(),
  device: z.string(),
  count: z.int(),
  status,
  cpu: z.string().optional(),
  link: z.string().optional(),
  note: z.string().optional(),
  figures,
});

const parameters = z.number().optional().describe("parameters");

const model = z.strictObject({
  id: z.string(),
  name: z.string(),
  aliases: z.array(z.string()),
  source: z.string(),
  at: z.string().optional(),
  published: z
    .strictObject({
      total: parameters,
      active: parameters,
      macs: z.number().optional().describe("multiply-accumulates of a sample"),
      counts: z.literal("layers").optional(),
      input: z.record(z.string(), z.number()).optional(),
      beside: z.strictObject({ parameters: z.number(), what: z.string() }).optional(),
      rounded: z.number().optional().describe("half a unit of the last digit printed"),
      source: z.string(),
      at: z.string().optional(),
    })
    .optional(),
  config: z.record(z.string(), z.unknown()).optional().describe("in the form of the Hub"),
  network: z.record(z.string(), z.unknown()).optional().describe("figures of its family"),
});

const sources = z.record(
  z.string(),
  z.strictObject({
    title: z.string(),
    publisher: z.string(),
    url: z.string(),
    read: z.string().describe("date"),
    class: z.string(),
  }),
);

const deviceFile = z.strictObject({
  id: z.string(),
  name: z.string(),
  vendor: z.string(),
  kind,
  architecture: z.string().optional(),
  status,
  launched: z.string().optional(),
  aliases: z.array(z.string()),
  inferenceOnly: z.string().optional(),
  memory: z.string().optional(),
  link: z.string().optional(),
  note: z.string().optional(),
  figures,
});

const place = z.strictObject({ id: z.string(), name: z.string(), figures });

const instance = z.strictObject({
  name: z.string(),
  device: z.string().optional(),
  count: z.int(),
  slice: z.literal(true).optional(),
  network: z.string().optional(),
  cpus: z.number().optional(),
  memory: z.string().optional(),
  note: z.string().optional(),
  source: z.string(),
  at: z.string(),
  prices: z.array(
    z.strictObject({
      region: z.string().optional(),
      date: z.string(),
      demand: z.string().optional(),
      spot: z.string().optional(),
      reserved: z.string().optional(),
      purchase: z.string().optional(),
    }),
  ),
});

export const catalogueSchema: z.ZodType = z.union([
  z.strictObject({ devices: z.array(device) }),
  z.strictObject({ systems: z.array(system) }),
  z.strictObject({ prices: z.array(offer) }),
  z.strictObject({ grids: z.array(grid) }),
  z.strictObject({ models: z.array(model) }),
  z.strictObject({
    device,
    file: deviceFile,
    systems: z.array(system),
    offers: z.array(offer),
    sources,
  }),
  z.strictObject({ system, sources }),
  z.strictObject({ provider: z.string(), instance, sources }),
  z.strictObject({ grid, file: place, sources }),
  z.strictObject({ model }),
]);
