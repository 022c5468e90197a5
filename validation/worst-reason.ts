/** Why a row that is far off may be: what its source leaves out, and how far its own repeats lie apart. */
import { grouped } from "../measure/grouped.ts";
import { isInferenceX } from "./lengths.ts";
import { collection, type Row } from "./row.ts";
import type { Checked } from "./validate.ts";

/** Figures of equal conditions further apart than this say that a condition is not recorded. */
const APART = 1.2;

/** Reasons for the rows of `checked`, worked out from all of them. */
export function worstReasons(checked: readonly Checked[]): (each: Checked) => string {
  const alike = grouped(checked, ({ row }) => conditions(row));
  return ({ row }) => {
    const values = (alike.get(conditions(row)) ?? []).map(({ measured }) => measured);
    const apart = Math.max(...values) / Math.min(...values);
    const reasons = [
      ...(apart > APART ? [`figures of its conditions differ ${apart.toPrecision(2)} times`] : []),
      ...knownReasons(row),
      ...(mayDraft(row) ? ["drafting not stated"] : []),
      ...(isCrowded(row) ? ["other runs on its host at the time, not stated"] : []),
      ...(isApart(row) ? ["sequences a decoding worker holds not stated"] : []),
      ...leftOut(row),
    ];
    return reasons.length === 0 ? "unexplained" : reasons.join("; ");
  };
}

/** What was found of groups of rows one by one, by collection, model, device, engine, its version and notes. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [
    /^amd meta-llama\/Llama-3\.1-405B-FP8 /,
    "scales by row: the same table's checkpoint with scales by tensor is two to four times as fast",
  ],
  [
    /^aice \S*Llama-3\.1-8B-Instruct-FP8 .*H200.* vLLM 0\.12/,
    "prompts of the stated load alone need three quarters of peak: some were cached",
  ],
  [
    /^aice nvidia\/Qwen3-32B-NVFP4 .* 1\.3\.0rc5 aggregated/,
    "prompts of the stated load alone need more than peak: its users are of many copies",
  ],
  [
    /^aice \S*gpt-oss-120b .*H100.* vLLM 0\.11\.2/,
    "answers fast and first tokens minutes late: it ran a part of its users at once, which part is not stated",
  ],
  [
    /^aice Qwen\/Qwen3-32B .*H100.* SGLang 0\.5\.8/,
    "weights fill four fifths of the card: the cache that was left is not stated",
  ],
];

function knownReasons(row: Row): readonly string[] {
  const { model, hardware, engine, engine_version: version, notes } = row;
  const name = [collection(row), model, hardware, engine, version, notes].join(" ");
  return KNOWN.flatMap(([words, reason]) => (words.test(name) ? [reason] : []));
}

/** InferenceX serves models that ship a draft layer with it and without, and its rows do not say which. */
export function mayDraft(row: Row): boolean {
  return isInferenceX(row) && /deepseek|kimi/i.test(row.model);
}

/**
 * ML.ENERGY's runs on one of eight B200: a token takes 30 ms whatever the model and the batch, twice and more what the same
 * run takes on H100 and at the least batch, and their devices draw little more than at rest. Its chats of text do not.
 */
function isCrowded(row: Row): boolean {
  const isOne = collection(row) === "mle3" && /B200/.test(row.hardware) && row.accelerators === 1;
  return isOne && /task (gpqa|image-chat|video-chat)/.test(row.notes);
}

/** First tokens of pools wait for a place to decode: InferenceX's recipes hold fewer than some of its users. */
function isApart({ notes, metric }: Row): boolean {
  return notes.startsWith("disaggregated") && metric.startsWith("ttft");
}

function leftOut(row: Row): readonly string[] {
  const isText = row.output_tokens !== undefined || row.metric.includes("token");
  const states: readonly (readonly [boolean, string])[] = [
    [row.precision_weights !== "", "format"],
    [!isText || row.input_tokens !== undefined, "prompt length"],
    [row.task === "training" || row.batch_or_concurrency !== "", "load"],
    [(row.accelerators ?? 1) === 1 || row.tp !== undefined, "split"],
  ];
  const missing = states.flatMap(([isStated, name]) => (isStated ? [] : [name]));
  return missing.length === 0 ? [] : [`${missing.join(", ")} not stated`];
}

const CONDITIONS = [
  "model",
  "task",
  "phase",
  "hardware",
  "accelerators",
  "tp",
  "pp",
  "ep",
  "dp",
  "precision_weights",
  "engine",
  "batch_or_concurrency",
  "input_tokens",
  "output_tokens",
  "metric",
  "unit",
  "per",
] as const;

function conditions(row: Row): string {
  const split = /moe_tp \d+, moe_ep \d+|task [\w-]+/.exec(row.notes)?.[0] ?? "";
  return [...CONDITIONS.map((name) => String(row[name])), split].join("|");
}
