/** Attention in WGSL, and what the processor finds for the same inputs. */
import { inputAt } from "./shaders.ts";

/** Width of a head that attends, and how many there are. */
export const HEAD_WIDTH = 64;
export const HEADS = 16;
/** Queries of a workgroup, one a thread, and the keys that it keeps at a time. */
export const QUERIES = 64;
const KEYS = 32;

/**
 * Attention in FP32 over `tokens` tokens, a multiple of 64: each query passes over all keys, and what it has so far is
 * scaled down when a larger score comes (Dao et al., FlashAttention, 2022). The input serves as queries, keys and values.
 */
export function attentionShader(tokens: number): string {
  const parts = HEAD_WIDTH / 4;
  return `
@group(0) @binding(0) var<storage, read> input: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> output: array<vec4f>;
var<workgroup> rows: array<array<vec4f, ${parts}>, ${KEYS}>;
@compute @workgroup_size(${QUERIES})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) own: vec3u) {
  let head = group.y * ${tokens * parts}u;
  let mine = head + (group.x * ${QUERIES}u + own.x) * ${parts}u;
  var query = array<vec4f, ${parts}>();
  var found = array<vec4f, ${parts}>();
  for (var part = 0u; part < ${parts}u; part++) { query[part] = input[mine + part] * ${1 / Math.sqrt(HEAD_WIDTH)}; }
  var most = -1e30;
  var sum = 0.0;
  for (var first = 0u; first < ${tokens}u; first += ${KEYS}u) {
    workgroupBarrier();
    for (var at = own.x; at < ${KEYS * parts}u; at += ${QUERIES}u) {
      rows[at / ${parts}u][at % ${parts}u] = input[head + first * ${parts}u + at];
    }
    workgroupBarrier();
    for (var key = 0u; key < ${KEYS}u; key++) {
      var products = vec4f();
      for (var part = 0u; part < ${parts}u; part++) { products += query[part] * rows[key][part]; }
      let score = products.x + products.y + products.z + products.w;
      let next = max(most, score);
      let kept = exp(most - next);
      let weight = exp(score - next);
      most = next;
      sum = sum * kept + weight;
      for (var part = 0u; part < ${parts}u; part++) { found[part] = found[part] * kept + weight * rows[key][part]; }
    }
  }
  for (var part = 0u; part < ${parts}u; part++) { output[mine + part] = found[part] / sum; }
}`;
}

/** Value `column` of what the query at `row` of the first head finds. */
export function attentionAt(tokens: number, row: number, column: number): number {
  let [sum, whole] = [0, 0];
  for (let key = 0; key < tokens; key += 1) {
    let score = 0;
    for (let at = 0; at < HEAD_WIDTH; at += 1) {
      score += inputAt(row * HEAD_WIDTH + at) * inputAt(key * HEAD_WIDTH + at);
    }
    const weight = Math.exp(score / Math.sqrt(HEAD_WIDTH));
    whole += weight;
    sum += weight * inputAt(key * HEAD_WIDTH + column);
  }
  return sum / whole;
}
