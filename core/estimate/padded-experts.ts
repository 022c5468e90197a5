/**
 * Routed experts of kernels that compute every row they set aside: as many as tokens could need, each expert's padded to
 * tiles, whether any of them came. Rows of other devices' experts are among them, so that sharing out experts saves nothing.
 * Tiles are whole, so they take the time of one dense product of as many rows.
 *
 * Source: vllm-project/vllm vllm/model_executor/layers/fused_moe/deep_gemm_utils.py (compute_aligned_M; expert_ids start at
 * 0, at -1 since pull/30494), deep_gemm_moe.py (_valid_deep_gemm_shape; always on Blackwell); deepseek-ai/DeepGEMM README (Hopper
 * and Blackwell of data centres, which are those with links)
 */
import type { Operator, Parallel } from "../operators/index.ts";
import type { Precision } from "../precision.ts";
import { expertColumns, operatorTime, type Target } from "./laws/index.ts";
import type { Engine, OperatorTime } from "./types.ts";

/**
 * Rate over that of a dense product where units read the scales. Source: chosen on ML.ENERGY's runs of two models on B200, 1.0
 * PFLOP/s, so their level is no test; deepseek-ai/DeepGEMM pull/316 ("legacy") has 1.2 to 1.6, exchanges included
 */
const SHARE_SCALED = 0.4;

/** Time of `operator`, as such a kernel computes it where the engine has one that is used. */
export function timeAside(
  operator: Operator,
  { rowsAside }: Pick<Engine, "rowsAside">,
  { expert }: Parallel,
  target: Target,
): OperatorTime {
  const { work, flops, read, written } = operator;
  const isMade = work.kind === "grouped-matmul" && work.weights.name === "fp8-block";
  if (rowsAside === undefined || !isMade || !isFor(target, rowsAside.vendor)) {
    return operatorTime(operator, target);
  }
  const { rows } = rowsAside;
  const { tokens = 0, pairs, experts, hidden: k, compute, weights, activations } = work;
  const isScaled = target.formats.fp4?.precision === "fp4";
  const isUsed = isScaled || (tokens >= rows && work.intermediate % rows === 0);
  if (!isUsed) return operatorTime(operator, target);
  const m = Math.ceil((pairs * expert + experts * (rows - 1)) / rows) * rows;
  const n = expertColumns(work);
  const moved = (m / pairs - 1) * written;
  const whole: Operator = {
    ...operator,
    work: { kind: "matmul", m, n, k, batch: 1, compute, weights, activations },
    flops: (flops * m) / pairs,
    read: read + moved,
    written: written + moved,
  };
  return operatorTime(whole, isScaled ? slower(target, compute) : target);
}

function isFor({ device, formats, scaleUp }: Target, vendor: string): boolean {
  const isNarrow = formats.fp8?.precision === "fp8";
  return device.vendor === vendor && isNarrow && scaleUp?.linked === true;
}

function slower(target: Target, compute: Precision): Target {
  const format = target.formats[compute];
  const slow = format && { ...format, peak: SHARE_SCALED * format.peak };
  return { ...target, formats: { ...target.formats, [compute]: slow } };
}
