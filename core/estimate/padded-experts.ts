/**
 * Time of routed experts in kernels whose buffers are sized for the worst case.
 *
 * Such a kernel sets rows aside for every token-expert pair of all devices, and rounds each expert's up to whole tiles. It
 * computes all of these rows, filled or not, so spreading experts over more devices saves nothing. The rows form whole tiles,
 * and take the time of one dense product of as many rows.
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
 * Rate of these kernels over that of a dense product, on devices whose units read the scales of blocks. Source: chosen on ML.ENERGY's runs of two models on B200, 1.0
 * PFLOP/s, so their level is no test; deepseek-ai/DeepGEMM pull/316 ("legacy") has 1.2 to 1.6, exchanges included
 */
const SHARE_SCALED = 0.4;

/** Time of `operator`: in such a kernel where the engine has one for this device, format and number of tokens, else as usual. */
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
