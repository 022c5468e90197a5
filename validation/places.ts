/**
 * Sequences that a decoding lane was told to run, where prompts were computed apart and who ran the row says so.
 *
 * InferenceX starts its pools by recipes whose names hold the workers of each pool, how one that decodes is
 * split and the sequences each of its schedulers may run: "ctx1_gen4_tep8_batch32". Users beyond those wait
 * for an answer to end. Names whose places are more than the users are left out: they change nothing. One is left
 * out that its rows contradict: b200-fp4/8k1k names 8, while a token of 100 users took longer than one of 50.
 *
 * Source: github.com/SemiAnalysisAI/InferenceX .github/configs/nvidia-master.yaml of early 2026 (conc-list and
 * CONFIG_FILE of dsr1-*-dynamo-trt)
 */
import { isInferenceX } from "./lengths.ts";
import { statedPools } from "./parallel.ts";
import type { Row } from "./row.ts";

/** Users by the name of the recipe that they were served by. */
const RECIPES: Readonly<Record<string, readonly number[]>> = {
  "b200-fp4/1k1k/ctx1_gen1_dep8_batch512": [4096],
  "b200-fp4/1k1k/ctx1_gen2_dep8_batch128": [2192],
  "b200-fp4/1k1k/ctx1_gen5_tep8_batch32": [180],
  "b200-fp4/1k1k/ctx1_gen6_tep8_batch64": [450],
  "b200-fp4/8k1k/ctx2_gen5_tep8_batch64": [370],
  "b200-fp8/1k1k/ctx1_gen1_dep8_batch512": [4096],
  "b200-fp8/1k1k/ctx1_gen5_dep8_batch48": [1920],
  "b200-fp8/8k1k/ctx1_gen1_tp8_batch1": [1],
  "b200-fp8/8k1k/ctx1_gen4_tp8_batch32": [128],
  "b200-fp8/8k1k/ctx1_gen6_tp8_batch16": [96],
  "b300-fp4/1k1k/ctx1_gen2_dep8_batch64": [1176],
  "b300-fp4/1k1k/ctx1_gen4_tep8_batch1": [6],
  "b300-fp4/1k1k/ctx1_gen5_tep4_batch4": [25],
  "b300-fp4/1k1k/ctx1_gen5_tep8_batch64": [395],
  "b300-fp4/1k1k/ctx2_gen1_dep8_batch512": [4405],
  "b300-fp4/1k1k/ctx3_gen1_dep8_batch1024": [8192],
  "b300-fp4/1k1k/ctx3_gen2_dep8_batch256": [4611],
  "b300-fp4/8k1k/ctx1_gen3_tep4_batch32": [105],
  "b300-fp4/8k1k/ctx1_gen3_tep8_batch1": [4],
  "b300-fp4/8k1k/ctx1_gen3_tep8_batch16": [63],
  "b300-fp4/8k1k/ctx1_gen4_tep4_batch2": [12],
  "b300-fp4/8k1k/ctx5_gen2_dep8_batch32": [589],
  "b300-fp4/8k1k/ctx6_gen1_dep8_batch128": [1093],
  "b300-fp4/8k1k/ctx8_gen1_dep8_batch256": [2048],
  "b300-fp8/1k1k/ctx1_gen1_dep8_batch256": [2112],
  "b300-fp8/1k1k/ctx1_gen2_dp8_batch128": [3072],
  "b300-fp8/1k1k/ctx1_gen3_dp8_batch48": [1280],
  "b300-fp8/1k1k/ctx2_gen1_dp8_batch1024": [16384],
  "b300-fp8/8k1k/ctx1_gen4_tp8_batch16": [64],
  "b300-fp8/8k1k/ctx1_gen8_tp8_batch2": [16],
  "b300-fp8/8k1k/ctx2_gen1_dp8_batch32": [256],
  "b300-fp8/8k1k/ctx3_gen1_dp8_batch64": [512],
  "b300-fp8/8k1k/ctx5_gen1_dp8_batch128": [1075],
  "b300-fp8/8k1k/ctx7_gen1_dep8_batch384": [3072],
  "gb200-fp4/1k1k/ctx1_gen2_dep4_batch768": [6144],
  "gb200-fp4/1k1k/ctx1_gen4_tep8_batch32": [192],
  "gb200-fp4/1k8k/ctx1_gen1_dep32_batch64": [2048],
  "gb200-fp4/1k8k/ctx1_gen1_dep32_batch128": [4096],
  "gb200-fp4/1k8k/ctx1_gen1_dep32_batch256": [8192],
  "gb200-fp4/1k8k/ctx1_gen7_tep8_batch1": [7],
  "gb200-fp4/1k8k/ctx1_gen15_tep4_batch4": [60],
  "gb200-fp4/1k8k/ctx1_gen15_tep4_batch8": [135],
  "gb200-fp4/8k1k/ctx1_gen4_tep8_batch16": [76],
  "gb200-fp4/8k1k/ctx10_gen1_dep16_batch256": [4096],
  "gb200-fp8/1k1k/ctx1_gen1_dep8_batch768": [6144],
  "gb200-fp8/1k1k/ctx1_gen1_dep32_batch8": [256],
  "gb200-fp8/1k1k/ctx1_gen3_tep8_batch1": [3],
  "gb200-fp8/1k1k/ctx1_gen3_tep8_batch8": [27],
  "gb200-fp8/1k8k/ctx1_gen1_dep32_batch64": [2048],
  "gb200-fp8/1k8k/ctx1_gen2_dep16_batch256": [8192],
  "gb200-fp8/1k8k/ctx1_gen4_tep8_batch1": [4],
  "gb200-fp8/1k8k/ctx1_gen4_tep8_batch8": [36],
  "gb200-fp8/8k1k/ctx1_gen3_tep8_batch1": [6],
  "gb200-fp8/8k1k/ctx1_gen3_tep8_batch4": [18],
  "gb200-fp8/8k1k/ctx1_gen3_tep8_batch16": [63],
  "gb300-fp4/1k1k/ctx1_gen4_tep8_batch1": [5],
  "gb300-fp4/1k1k/ctx1_gen4_tep8_batch32": [192],
  "gb300-fp4/1k1k/ctx2_gen1_dep8_batch1024": [8192],
  "gb300-fp4/1k1k/ctx2_gen1_dep32_batch32": [1229],
  "gb300-fp4/1k1k/ctx3_gen1_dep16_batch256": [4301],
  "gb300-fp4/1k1k/ctx3_gen1_dep32_batch64": [2253],
  "gb300-fp4/1k8k/ctx1_gen1_dep32_batch32": [1024],
  "gb300-fp4/1k8k/ctx1_gen1_dep32_batch128": [4096],
  "gb300-fp4/1k8k/ctx1_gen1_dep32_batch256": [8192],
  "gb300-fp4/1k8k/ctx1_gen7_tep8_batch1": [7],
  "gb300-fp4/1k8k/ctx1_gen7_tep8_batch32": [245],
  "gb300-fp4/1k8k/ctx1_gen15_tep4_batch4": [60],
  "gb300-fp4/8k1k/ctx1_gen3_tep8_batch16": [72],
  "gb300-fp4/8k1k/ctx1_gen4_tep8_batch1": [5],
  "gb300-fp4/8k1k/ctx1_gen4_tep8_batch2": [12],
  "gb300-fp4/8k1k/ctx1_gen5_tep4_batch4": [30],
  "gb300-fp4/8k1k/ctx7_gen1_dep32_batch16": [666],
  "gb300-fp4/8k1k/ctx9_gen1_dep16_batch64": [1229],
  "gb300-fp4/8k1k/ctx11_gen3_dep4_batch256": [3228],
  "gb300-fp4/8k1k/ctx14_gen1_dep16_batch128": [2253],
  "gb300-fp8/1k1k/ctx1_gen4_tep8_batch1": [4],
  "gb300-fp8/1k1k/ctx1_gen4_tep8_batch4": [24],
  "gb300-fp8/1k1k/ctx1_gen4_tep8_batch16": [84],
  "gb300-fp8/1k1k/ctx2_gen1_dep16_batch128": [2253],
  "gb300-fp8/1k1k/ctx2_gen1_dep32_batch32": [1229],
  "gb300-fp8/1k1k/ctx3_gen2_dep8_batch512": [8602],
  "gb300-fp8/1k1k/ctx3_gen2_dep8_batch768": [12288],
  "gb300-fp8/1k8k/ctx1_gen1_dep32_batch8": [282],
  "gb300-fp8/1k8k/ctx1_gen1_dep32_batch32": [1024],
  "gb300-fp8/1k8k/ctx1_gen2_dep16_batch128": [4096],
  "gb300-fp8/1k8k/ctx1_gen2_dep16_batch256": [8192],
  "gb300-fp8/1k8k/ctx1_gen4_tep8_batch1": [4],
  "gb300-fp8/1k8k/ctx1_gen4_tep8_batch8": [36],
  "gb300-fp8/8k1k/ctx1_gen4_tep8_batch1": [4],
  "gb300-fp8/8k1k/ctx1_gen4_tep8_batch4": [24],
  "gb300-fp8/8k1k/ctx1_gen4_tep8_batch8": [36],
  "gb300-fp8/8k1k/ctx4_gen1_dep16_batch32": [666],
  "gb300-fp8/8k1k/ctx6_gen1_dep32_batch16": [512],
  "gb300-fp8/8k1k/ctx7_gen1_dep8_batch256": [2151],
  "gb300-fp8/8k1k/ctx7_gen1_dep16_batch64": [1229],
  "h100-fp8/1k1k/ctx1_gen3_tep16_batch1": [6],
  "h100-fp8/1k1k/ctx1_gen3_tep16_batch2": [9],
  "h100-fp8/1k1k/ctx1_gen3_tep16_batch8": [30],
  "h100-fp8/1k1k/ctx1_gen3_tep16_batch16": [60],
  "h100-fp8/8k1k/ctx1_gen2_tep16_batch64": [154],
  "h100-fp8/8k1k/ctx1_gen3_tep16_batch1": [6],
  "h100-fp8/8k1k/ctx1_gen3_tep16_batch2": [9],
  "h100-fp8/8k1k/ctx1_gen3_tep16_batch8": [30],
};

/** Null where no recipe is known for the row. */
export function placesOf(row: Row, users: number): number | null {
  const start = recipeStart(row);
  if (start === null) return null;
  const found = Object.keys(RECIPES).find(
    (name) => name.startsWith(start) && RECIPES[name]?.includes(users),
  );
  return found === undefined ? null : Number(/batch(\d+)$/.exec(found)?.[1]);
}

function recipeStart(row: Row): string | null {
  const pools = statedPools(row);
  if (pools === null || !isInferenceX(row) || !/tensorrt/i.test(row.engine)) return null;
  const device = /^NVIDIA (\w+)/.exec(row.hardware)?.[1]?.toLowerCase();
  const format = /fp4/.test(row.precision_weights) ? "fp4" : "fp8";
  const lengths = [row.input_tokens, row.output_tokens].map(
    (tokens) => `${Number(tokens) / 1024}k`,
  );
  const { prefill, decode } = pools;
  return `${device}-${format}/${lengths.join("")}/ctx${prefill.replicas}_gen${decode.replicas}_`;
}
