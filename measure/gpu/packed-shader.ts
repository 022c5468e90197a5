/** A product of whole numbers of eight bits in WGSL, four of them a word. */
import { TILE } from "./shaders.ts";

const OWN = 4;
const THREADS = TILE / OWN;
/** Vectors of sixteen values that a workgroup keeps of each of its rows. */
const PARTS = 4;
const DEPTH = 16 * PARTS;

/** Whether a device multiplies packed numbers: a feature of the language, not of the device. */
export const PACKED = "packed_4x8_integer_dot_product";

/** C = A Aᵀ of a square matrix: row by row, so that both factors lie in memory as they are multiplied. */
export function packedShader(side: number): string {
  const words = side / 16;
  return `
requires ${PACKED};
@group(0) @binding(0) var<storage, read> a: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> c: array<vec4i>;
var<workgroup> left: array<array<vec4u, ${PARTS}>, ${TILE}>;
var<workgroup> right: array<array<vec4u, ${PARTS}>, ${TILE}>;
fn dot16(x: vec4u, y: vec4u) -> i32 {
  return dot4I8Packed(x.x, y.x) + dot4I8Packed(x.y, y.y) + dot4I8Packed(x.z, y.z) + dot4I8Packed(x.w, y.w);
}
@compute @workgroup_size(${THREADS}, ${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) own: vec3u) {
  let thread = own.y * ${THREADS}u + own.x;
  let row = thread / ${PARTS}u;
  let part = thread % ${PARTS}u;
  var sums = array<vec4i, ${OWN}>();
  for (var step = 0u; step < ${side / DEPTH}u; step++) {
    left[row][part] = a[(group.y * ${TILE}u + row) * ${words}u + step * ${PARTS}u + part];
    right[row][part] = a[(group.x * ${TILE}u + row) * ${words}u + step * ${PARTS}u + part];
    workgroupBarrier();
    for (var k = 0u; k < ${PARTS}u; k++) {
      let r0 = right[own.x * ${OWN}u][k];
      let r1 = right[own.x * ${OWN}u + 1u][k];
      let r2 = right[own.x * ${OWN}u + 2u][k];
      let r3 = right[own.x * ${OWN}u + 3u][k];
      for (var i = 0u; i < ${OWN}u; i++) {
        let l = left[own.y * ${OWN}u + i][k];
        sums[i] += vec4i(dot16(l, r0), dot16(l, r1), dot16(l, r2), dot16(l, r3));
      }
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < ${OWN}u; i++) {
    c[((group.y * ${TILE}u + own.y * ${OWN}u + i) * ${side}u + group.x * ${TILE}u) / 4u + own.x] = sums[i];
  }
}`;
}
