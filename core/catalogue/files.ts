/** The files of `catalogue/`, as JSON. Figures stay as their sources print them; SI comes later. */

/** One figure as one source prints it. */
export interface PrintedFigure {
  /** As printed, with the unit (of the column head, if the cell has none). */
  readonly value: string;
  /** An id of `catalogue/sources.json`. */
  readonly source: string;
  /** Page, table, section or file in the source. */
  readonly at: string;
  /** What period the figure holds for: "2024", "2025-04". */
  readonly period?: string;
  readonly note?: string;
}

/** A figure computed from others of the same file: a product of keys and numbers, "units * clock/boost". */
export interface DerivedFigure {
  readonly derived: string;
  readonly note?: string;
}

export type Figure = PrintedFigure | DerivedFigure;

/** Sources that disagree are all kept; the first is the one used. */
export type Figures = Readonly<Record<string, Figure | readonly Figure[]>>;

export type SourceClass =
  | "vendor datasheet"
  | "vendor documentation"
  | "peer-reviewed"
  | "benchmark submission"
  | "official statistics"
  | "secondary";

export interface SourceFile {
  readonly title: string;
  readonly publisher: string;
  /** A web address, or `owner/repository@commit`. */
  readonly url: string;
  /** ISO date it was read, or date of the version that was read. */
  readonly read: string;
  readonly class: SourceClass;
}

export interface DeviceFile {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly kind: "gpu" | "tpu" | "asic" | "fpga" | "cpu";
  readonly architecture?: string;
  readonly status: "shipping" | "announced" | "retired";
  readonly launched?: string;
  readonly aliases: readonly string[];
  /** Made to run models and not to train them: who says so. */
  readonly inferenceOnly?: string;
  /** Kind of device memory: "HBM3". */
  readonly memory?: string;
  /** Name of the scale-up link: "NVLink 4". */
  readonly link?: string;
  readonly note?: string;
  readonly figures: Figures;
}

/** A server, rack or pod: devices of one kind in one chassis or scale-up domain. */
export interface SystemFile {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly device: string;
  readonly count: number;
  readonly status: "shipping" | "announced" | "retired";
  readonly cpu?: string;
  readonly link?: string;
  readonly note?: string;
  readonly figures: Figures;
}

/** Prices of one provider; `catalogue/prices/<provider>.json`. */
export interface PriceFile {
  readonly provider: string;
  readonly instances: readonly InstanceFile[];
}

export interface InstanceFile {
  readonly name: string;
  /** Absent where no source says which accelerator it holds. */
  readonly device?: string;
  readonly count: number;
  /** Priced by the chip, and joined with others by the scale-up link in any number up to its domain. */
  readonly slice?: true;
  /** Scale-out network of the instance. */
  readonly network?: string;
  readonly cpus?: number;
  readonly memory?: string;
  readonly note?: string;
  readonly source: string;
  readonly at: string;
  readonly prices: readonly PriceRow[];
}

export interface PriceRow {
  readonly region?: string;
  readonly date: string;
  readonly demand?: string;
  readonly spot?: string;
  readonly reserved?: string;
  readonly purchase?: string;
}

/** Places of one provider; `catalogue/grids/<provider>.json`. */
export interface GridFile {
  readonly provider: string;
  readonly places: readonly PlaceFile[];
}

export interface PlaceFile {
  readonly id: string;
  readonly name: string;
  readonly figures: Figures;
}

/** Measured power; `catalogue/power/<publisher>.json`. */
export interface PowerFile {
  readonly publisher: string;
  readonly facts: readonly PowerFact[];
}

export interface PowerFact {
  readonly id: string;
  /** What drew it: "wall" is the whole system at the socket, "device" is one device. */
  readonly of: "wall" | "device" | "cpu-thread" | "component";
  /** "load" is an average at work, "idle" the lowest seen, "limit" a setting or budget. */
  readonly state: "load" | "idle" | "limit";
  readonly subject: string;
  readonly device?: string;
  /** Devices in the system. */
  readonly count?: number;
  readonly workload: string;
  readonly figure: PrintedFigure;
}

/** All of `catalogue/` in one value, as `scripts/build-catalogue.ts` writes it. */
export interface Catalogue {
  readonly sources: Readonly<Record<string, SourceFile>>;
  readonly accelerators: readonly DeviceFile[];
  readonly systems: readonly SystemFile[];
  readonly prices: readonly PriceFile[];
  readonly grids: readonly GridFile[];
  readonly power: readonly PowerFile[];
  /** Named models and engines, checked by the folders that read them. */
  readonly models: readonly unknown[];
  readonly engines: readonly unknown[];
  /** Claims that are checked, read by the folder of claims. */
  readonly claims: readonly unknown[];
}
