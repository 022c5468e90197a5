/** Errors of a fit as a table for a terminal. */
import { quantileOf, type Errors, type Fit } from "../../core/calibrate/index.ts";

/** Median and 90th percentile of the absolute error, by law and device, in and out of sample. */
export function errorTable({ laws }: Fit): string {
  const lines = [row("law", "device", "kernels", "in sample", "left out")];
  for (const { law, within, across } of laws) {
    for (const errors of within) {
      const out = across.find(({ device }) => device === errors.device);
      lines.push(
        row(
          law,
          errors.device,
          String(errors.samples.length),
          shown([errors]),
          shown(out ? [out] : []),
        ),
      );
    }
    const count = within.reduce((sum, { samples }) => sum + samples.length, 0);
    lines.push(row(law, "all", String(count), shown(within), shown(across)));
    const kept = within.map(replayed);
    const left = kept.reduce((sum, { samples }) => sum + samples.length, 0);
    if (left === count) continue;
    lines.push(
      row(law, "all, from graphs", String(left), shown(kept), shown(across.map(replayed))),
    );
  }
  lines.push("", "Errors: median / 90th percentile of |predicted ÷ measured − 1|, in percent.");
  return lines.join("\n");
}

/** Only what was replayed from a device graph: a host's launch time is no figure of the device. */
function replayed({ samples, residuals, ...rest }: Errors): Errors {
  return {
    ...rest,
    samples: samples.filter(({ graphs }) => graphs),
    residuals: residuals.filter((_, index) => samples[index]?.graphs === true),
  };
}

function row(law: string, device: string, count: string, within: string, across: string): string {
  return `${law.padEnd(26)}${device.padEnd(22)}${count.padStart(8)}${within.padStart(14)}${across.padStart(14)}`;
}

function shown(errors: readonly Errors[]): string {
  const offs = errors.flatMap(({ residuals }) =>
    [...residuals].map((r) => Math.abs(Math.expm1(r))),
  );
  if (offs.length === 0) return "-";
  const percent = (share: number): string => (100 * quantileOf(offs, share)).toFixed(1);
  return `${percent(0.5)} / ${percent(0.9)}`;
}
