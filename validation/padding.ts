/** Submissions of BERT to MLPerf that compute no padding. */
import type { Row } from "./row.ts";

/**
 * NVIDIA's code, by itself or behind others' servers, and Alibaba's take the padding out of a batch; Intel's C++ harness
 * gathers sentences to a total of tokens. Qualcomm's packs several into one sequence of 384, which a stream of single
 * sentences leaves as long as it is.
 *
 * Source: mlcommons/inference_results_v4.0 closed/Intel/code/bert-99/pytorch-cpu/DEV.md and run.sh (-w 1300, "Sequence
 * length watermark"); krai/ck-qaic program/packed-bert-qaic-loadgen (bert-packed, width.384); NVIDIA/TensorRT demo/BERT
 * README (variable sequence length). Of Alibaba's it is an assumption
 */
export function isUnpadded({ engine, hardware, phase }: Row): boolean {
  if (/tensorrt|triton|ngc mlperf|vodla/i.test(engine)) return true;
  if (/qualcomm/i.test(engine)) return phase !== "single_batch_latency";
  return /^pytorch/i.test(engine) && /xeon/i.test(hardware) && !/inferentia|gaudi/i.test(hardware);
}
