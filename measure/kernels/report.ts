/** Errors of a fit, by law and device, in and out of sample. */
import { quantileOf, type Errors, type Fit } from "../../core/calibrate/index.ts";

/** Of |predicted ÷ measured − 1|. */
export interface KernelError {
  readonly median: number;
  readonly p90: number;
}

export interface KernelErrors {
  readonly law: string;
  /** One device, "all", or "all, from graphs": what a host's launch time is no part of. */
  readonly device: string;
  readonly kernels: number;
  /** Predicted by a fit on this device too. */
  readonly within: KernelError | null;
  /** Predicted from the other devices and its own datasheet. */
  readonly across: KernelError | null;
}

export function errorRows({ laws }: Fit): readonly KernelErrors[] {
  const each = laws.flatMap(lawRows);
  const exchanges = laws.filter(({ law }) => law.startsWith("collective/"));
  if (exchanges.length < 2) return each;
  const within = exchanges.flatMap((fit) => fit.within);
  const across = exchanges.flatMap((fit) => fit.across);
  return [...each, ...pooledRows({ law: "collective", within, across })];
}

function lawRows({ law, within, across }: Fit["laws"][number]): readonly KernelErrors[] {
  const each = within.map((errors) => {
    const out = across.filter(({ device }) => device === errors.device);
    return rowOf({ law, device: errors.device, within: [errors], across: out });
  });
  return [...each, ...pooledRows({ law, within, across })];
}

type Pooled = Omit<Parameters<typeof rowOf>[0], "device">;

/** All devices together; and without what hosts launched, where that is not the same. */
function pooledRows({ law, within, across }: Pooled): readonly KernelErrors[] {
  const all = rowOf({ law, device: "all", within, across });
  const kept = rowOf({
    law,
    device: "all, from graphs",
    within: within.map(replayed),
    across: across.map(replayed),
  });
  return kept.kernels === all.kernels ? [all] : [all, kept];
}

function rowOf(group: {
  readonly law: string;
  readonly device: string;
  readonly within: readonly Errors[];
  readonly across: readonly Errors[];
}): KernelErrors {
  const { law, device, within, across } = group;
  const kernels = within.reduce((sum, { samples }) => sum + samples.length, 0);
  return { law, device, kernels, within: errorOf(within), across: errorOf(across) };
}

/** Only what was replayed from a device graph: a host's launch time is no figure of the device. */
function replayed({ samples, residuals, ...rest }: Errors): Errors {
  return {
    ...rest,
    samples: samples.filter(({ graphs }) => graphs),
    residuals: residuals.filter((_, index) => samples[index]?.graphs === true),
  };
}

function errorOf(errors: readonly Errors[]): KernelError | null {
  const offs = errors.flatMap(({ residuals }) =>
    [...residuals].map((residual) => Math.abs(Math.expm1(residual))),
  );
  if (offs.length === 0) return null;
  return { median: quantileOf(offs, 0.5), p90: quantileOf(offs, 0.9) };
}

/** The rows for a terminal: medians and 90th percentiles in percent. */
export function errorTable(rows: readonly KernelErrors[]): string {
  const lines = rows.map(({ law, device, kernels, within, across }) =>
    line(law, device, String(kernels), shown(within), shown(across)),
  );
  return [
    line("law", "device", "kernels", "in sample", "left out"),
    ...lines,
    "",
    "Errors: median / 90th percentile of |predicted ÷ measured − 1|, in percent.",
    "Known of a device left out: its datasheet. Of its host: what cards reach among each other in",
    "all-gathers and reduce-scatters (devices without links of their own) and the time to launch a",
    "block-FP8 product, against other hosts; and whether vLLM is older than 0.24.",
  ].join("\n");
}

function line(law: string, device: string, count: string, within: string, across: string): string {
  return `${law.padEnd(26)}${device.padEnd(22)}${count.padStart(8)}${within.padStart(14)}${across.padStart(14)}`;
}

function shown(error: KernelError | null): string {
  if (error === null) return "-";
  return `${(100 * error.median).toFixed(1)} / ${(100 * error.p90).toFixed(1)}`;
}
