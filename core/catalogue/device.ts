/** A device as its figures describe it, in SI units. What a source does not say is absent. */
import type { Precision } from "../precision.ts";
import type { Bytes, BytesPerSecond, Dollars, FlopsPerSecond, Hertz, Watts } from "../units.ts";

export type DeviceKind = "gpu" | "tpu" | "asic" | "fpga" | "cpu";

export interface Device {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly kind: DeviceKind;
  readonly architecture?: string;
  /** Announced parts have no measurements, and get wider intervals. */
  readonly status: "shipping" | "announced" | "retired";
  /** ISO date of launch or availability. */
  readonly launched?: string;
  /** Made to run models and not to train them: who says so. */
  readonly inferenceOnly?: string;
  /** Dense matrix rate by the format multiplied in; sparse rates are never here. */
  readonly peak: Readonly<Partial<Record<Precision, FlopsPerSecond>>>;
  /** Rows that a product of FP8 takes the time of at least, by a library's only kernel for it; absent is of its own. In no file: of benchmarks. */
  readonly rowsLeast?: number;
  /** Rates that somebody's best products reached, by format; others as far below their peak as BF16. */
  readonly reached?: Readonly<Partial<Record<Precision, FlopsPerSecond>>>;
  /** FP32 rate outside the matrix units. */
  readonly vector?: FlopsPerSecond;
  readonly memory?: {
    readonly capacity?: Bytes;
    readonly bandwidth?: BytesPerSecond;
    /** What the driver shows: vendors print GB for GiB, and firmware and error correction take a part. */
    readonly visible?: Bytes;
  };
  /** Last-level cache or scratchpad shared by the device. */
  readonly cache?: Bytes;
  /** Streaming multiprocessors, compute units, cores. */
  readonly units?: number;
  readonly clock?: Hertz;
  /** What one engine multiplies a cycle, where it is an array of fixed sides. */
  readonly array?: {
    /** Channels in. */
    readonly inputs: number;
    /** Channels out. */
    readonly outputs: number;
    readonly pixels: number;
    /** Engines that read the same weights together, each for an image of its own; absent is all. */
    readonly together?: number;
    /** Side of the largest kernel of a depthwise layer; absent is any. */
    readonly window?: number;
    /** Kernels up to this side are computed as squares, whatever their other side; absent is none. */
    readonly square?: number;
    /** Side of the largest average pool; its host takes larger ones. Absent is any. */
    readonly pool?: number;
    /** Rate at which sums and pools go through memory, where products alone run on, layer beside layer; absent is through the port. */
    readonly sums?: BytesPerSecond;
    /** Rate at which one engine passes over tensors outside products (pools, norms apart); absent is through the port. */
    readonly passes?: BytesPerSecond;
    /** Rate at which its host takes the classes of each pixel from one engine, which waits; absent is beside its work. */
    readonly answers?: BytesPerSecond;
  };
  /** What is laid out at once, where layers stand beside each other and samples stream through them. */
  readonly dataflow?: { readonly weights: Bytes; readonly layers: number };
  /** Where it multiplies matrices that stay on the chip by one vector: sides of a tile's block, products a cycle of each row, tiles. */
  readonly matvec?: { readonly native: number; readonly lanes: number; readonly tiles: number };
  /** Rows and columns of its matrix units, where they are systolic arrays. */
  readonly systolic?: number;
  /** Scale-up fabric: one direction, one device to all others together. */
  readonly link?: {
    readonly bandwidth: BytesPerSecond;
    readonly domain: number;
    readonly name?: string;
    /** One direction, between two devices of a mesh, as payloads reach it: each link leads to one peer; absent is a switch, or a torus. */
    readonly pair?: BytesPerSecond;
    /** Neighbours along this many axes, two links an axis; an axis closes into a ring where its side is a multiple of `ring`, of three axes where all are. Absent is a switch, or a mesh. */
    readonly torus?: { readonly axes: number; readonly ring: number };
  };
  /** Of a processor: those that one board joins, and what one of them sends the others, one direction. Each has memory of its own. */
  readonly sockets?: { readonly most: number; readonly bandwidth: BytesPerSecond };
  /** Host link, one direction. */
  readonly host?: { readonly bandwidth: BytesPerSecond };
  /** Processor on the same chip or board, where there is one: it prepares inputs and reads answers. */
  readonly onboard?: {
    readonly cores: number;
    readonly clock: Hertz;
    /** What a cycle of a core does, in Dhrystones (DMIPS a MHz). */
    readonly dhrystone?: number;
  };
  /** Rating, draw at rest, and the limit that an operator set below the rating. */
  readonly power?: { readonly max?: Watts; readonly idle?: Watts; readonly limit?: Watts };
  /** List price of one. */
  readonly price?: Dollars;
  /** Figures replaced because the source lacks them, in words a user can check. */
  readonly assumptions: readonly string[];
}

/** Something that can be rented by the hour or bought: `count` devices of one kind in a host. */
export interface Offer {
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly device: string;
  readonly count: number;
  /** Sold by the device, and joined in any number up to the device's link domain. */
  readonly slice?: true;
  readonly kind: "on-demand" | "spot" | "reserved" | "purchase";
  /** Of the whole instance. Absent for a purchase. */
  readonly dollarsPerHour?: Dollars;
  /** Of the whole system. Absent for a rental. */
  readonly dollars?: Dollars;
  readonly region?: string;
  /** ISO date (or month, or year) the price was read. */
  readonly date?: string;
  /** Scale-out network of the whole host, one direction. */
  readonly network?: BytesPerSecond;
  /** Nameplate power of the whole host, devices included. */
  readonly power?: Watts;
  readonly source: string;
}

/** Carbon intensity, PUE and electricity price of a place. */
export interface Grid {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  /** Average location-based intensity, g CO2e per kWh as sources print it. */
  readonly gramsPerKwh?: number;
  /** Marginal intensity, kept apart from the average. */
  readonly marginalGramsPerKwh?: number;
  readonly pue?: number;
  readonly dollarsPerKwh?: Dollars;
  readonly source: string;
}
