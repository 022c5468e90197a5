/**
 * How submitters of MLPerf lay a model of experts out where its row does not say: the faster of two ways, as they try.
 *
 * Tensor ranks share every layer; or each rank has attention and requests of its own and all share the experts. The latter keeps one
 * cache of latent attention where the former keeps one a rank.
 *
 * Source: NVIDIA/TensorRT-LLM docs, "Tensor Parallelism and Attention Data Parallelism" (enable_attention_dp of DeepSeek-R1);
 * mlcommons/inference_policies inference_rules.adoc (any parallelism is allowed)
 */
import { hasExperts } from "../core/model/index.ts";
import type { Query } from "../core/estimate/index.ts";
import { isMlperf, type Row } from "./row.ts";
import { servingQuery, type Asked } from "./serving-query.ts";
import type { World } from "./world.ts";

/** The row's question, laid out as gives the higher `rate`. */
export function tunedQuery(row: Row, world: World, rate: (query: Query) => number): Asked | string {
  const asked = servingQuery(row, world, "continuous");
  if (typeof asked === "string" || !isMlperf(row) || row.tp !== undefined) return asked;
  const { query } = asked;
  const { tensor } = query.placement.parallel;
  if (tensor === 1 || !hasExperts(query.model)) return asked;
  const parallel = { tensor: 1, pipeline: 1, data: tensor, expert: tensor };
  const apart = { ...query, placement: { ...query.placement, parallel } };
  return rate(apart) > rate(query) ? { ...asked, query: apart } : asked;
}
