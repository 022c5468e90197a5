/**
 * A device as training finds it: hot, for hours, on large products in every format.
 *
 * Tables of kernels are timed in short runs; in a step that lasts seconds the power limit sets the clock. The
 * more arithmetic a watt must pay for, the less of the peak is left: of a format of x FLOP/s a watt, products
 * keep 0.77·(x / 0.78e12)^−0.2, and never more than short runs show. Training libraries multiply low formats
 * in single kernels, so these take the shape of the 16-bit law, not that of serving kernels that quantise.
 *
 * Source: chosen by eye after seeing MosaicML llm-foundry (A100, H100), Megatron-Bridge (GB200) and the eight
 * runs of Korthikanti et al. 2022, dense models; errors on those rows are in-sample. NeMo's rows were not used
 */
import { power } from "../power.ts";
import type { Precision } from "../precision.ts";
import type { BytesPerSecond, Fraction } from "../units.ts";
import { isTiled, NARROW_REACH } from "./laws/index.ts";
import type { Format, Target, TunedLaws } from "./laws/index.ts";
import type { TrainingQuery } from "./training-types.ts";

const REACH: Fraction = 0.77;
const REACH_PER_WATT = 0.78e12;
const REACH_FALL = 0.2;

/** Families of products, and the formats whose rate bounds them. */
const KEPT = [
  ["bf16", "bf16"],
  ["fp8", "fp8"],
  ["fp8-block", "fp8"],
  ["nvfp4", "fp4"],
] as const;

/** `ready` with products at the rate they keep. */
export function sustained(ready: Target, { attention, model }: TrainingQuery): Target {
  const { laws } = ready;
  const changed = KEPT.flatMap(([family, format]) =>
    (["matmul", "experts"] as const).map((kind) => {
      const law = laws[`${kind}/bf16`];
      return [`${kind}/${family}`, { ...law, compute: Math.min(law.compute, kept(ready, format)) }];
    }),
  );
  const prefill = laws["attention/prefill"];
  const early = attention === "early" ? { "attention/prefill": slowed(prefill, ready) } : {};
  return {
    ...ready,
    formats: model.kind === "network" ? ready.formats : wideFormats(ready),
    laws: { ...laws, ...(Object.fromEntries(changed) as Partial<TunedLaws>), ...early },
  };
}

/**
 * What products in 32 bits reach beside those in 16: TF32 moves operands twice as wide through the same paths; vector
 * units without matrix units are fed with ease. Convolutions have theirs in their law.
 *
 * Source: chosen by eye on BERT of DeepLearningExamples, in-sample there
 */
const WIDE_SHARES = { tf32: 0.75, fp32: 1.1 } as const;

function wideFormats({ formats }: Target): Target["formats"] {
  const at = (format: Format | null) =>
    format?.precision === "tf32" || format?.precision === "fp32"
      ? { ...format, peak: format.peak * WIDE_SHARES[format.precision] }
      : format;
  return { ...formats, tf32: at(formats.tf32), fp32: at(formats.fp32) };
}

/**
 * Rate of the first fused attention over that of kernels made for the device; less on devices whose own kernels use instructions
 * that it does not know, as those that came with FP8.
 *
 * Source: Dao 2023 (arXiv 2307.08691), figure 4: 0.5 to 0.7 of FlashAttention-2 on A100; both chosen by eye on
 * MosaicML's rows of long sequences, in-sample there
 */
const EARLY: Fraction = 0.65;
const EARLY_FOREIGN: Fraction = 0.3;

function slowed<T extends { readonly compute: Fraction }>(law: T, { device }: Target): T {
  const share = device.peak.fp8 === undefined ? EARLY : EARLY_FOREIGN;
  return { ...law, compute: law.compute * share };
}

/** One direction of PCIe 3.0 with sixteen lanes, which every server since 2012 has at least. */
const LINK_LEAST: BytesPerSecond = 15.75e9;

/** A sentence where copies exchange over a link that no source of the device describes. */
export function assumedLink(ready: Target, copies: number): readonly string[] {
  if (copies === 1 || ready.scaleUp !== null) return [];
  return [`${ready.device.name} has no link in the catalogue; copies exchange over PCIe 3.0`];
}

/** `ready` with a link that copies can exchange over. */
export function linkedSomehow(ready: Target): Target {
  if (ready.scaleUp !== null) return ready;
  return { ...ready, scaleUp: { bandwidth: LINK_LEAST, linked: false } };
}

/** Share of peak that products in a format keep: that of tiles in CPUs; all of it where no power limit is known. */
function kept({ device, formats }: Target, precision: Precision): Fraction {
  const limit = device.power?.max;
  const peak = formats[precision]?.peak;
  if (limit === undefined || peak === undefined) return 1;
  if (isTiled(peak, device)) return NARROW_REACH;
  return REACH * power(peak / limit / REACH_PER_WATT, -REACH_FALL);
}
