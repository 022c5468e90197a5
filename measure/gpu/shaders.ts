/** Kernels in WGSL, and the whole numbers that their inputs follow, so that results are exact in each format. */

export type Format = "fp32" | "fp16";

/** Sides of what one workgroup and one thread of a product make. */
export const TILE = 64;
const OWN = 4;
const DEPTH = 16;
const THREADS = TILE / OWN;
/** Threads of a workgroup that copies or sums. */
export const LINE = 256;

/**
 * C = A B of square matrices, tile by tile through workgroup memory. Sixteen products are added in the format
 * multiplied in, and these sums in FP32.
 */
export function productShader(side: number, format: Format): string {
  const shape = { inner: side, columns: side, left: `a[(line * ${side}u + step) / 4u + part]` };
  return tiledShader(shape, format);
}

/** A product by tiles whose first factor may be gathered from elsewhere. */
export interface Tiled {
  /** Sides of the second factor, multiples of 16 and 64. */
  readonly inner: number;
  readonly columns: number;
  /** WGSL of four values of the first factor, from column `step + 4 part` of row `line`. */
  readonly left: string;
}

export function tiledShader({ inner, columns, left }: Tiled, format: Format): string {
  const type = format === "fp32" ? "f32" : "f16";
  return `${format === "fp16" ? "enable f16;" : ""}
@group(0) @binding(0) var<storage, read> a: array<vec4<${type}>>;
@group(0) @binding(1) var<storage, read> b: array<vec4<${type}>>;
@group(0) @binding(2) var<storage, read_write> c: array<vec4f>;
var<workgroup> left: array<array<vec4<${type}>, ${DEPTH / 4}>, ${TILE}>;
var<workgroup> right: array<array<vec4<${type}>, ${TILE / 4}>, ${DEPTH}>;
@compute @workgroup_size(${THREADS}, ${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) own: vec3u) {
  let thread = own.y * ${THREADS}u + own.x;
  var sums: array<vec4f, ${OWN}>;
  for (var step = 0u; step < ${inner}u; step += ${DEPTH}u) {
    let row = thread / ${DEPTH / 4}u;
    let part = thread % ${DEPTH / 4}u;
    let line = group.y * ${TILE}u + row;
    left[row][part] = ${left};
    let depth = thread / ${TILE / 4}u;
    let place = thread % ${TILE / 4}u;
    right[depth][place] = b[((step + depth) * ${columns}u + group.x * ${TILE}u) / 4u + place];
    workgroupBarrier();
    // Zeros are written out: Mesa 25.0 keeps a bare variable from one step to the next.
    var tile = array<vec4<${type}>, ${OWN}>();
    for (var k = 0u; k < ${DEPTH}u; k += 4u) {
      let r0 = right[k][own.x];
      let r1 = right[k + 1u][own.x];
      let r2 = right[k + 2u][own.x];
      let r3 = right[k + 3u][own.x];
      for (var i = 0u; i < ${OWN}u; i++) {
        let l = left[own.y * ${OWN}u + i][k / 4u];
        tile[i] += l.x * r0 + l.y * r1 + l.z * r2 + l.w * r3;
      }
    }
    for (var i = 0u; i < ${OWN}u; i++) { sums[i] += vec4f(tile[i]); }
    workgroupBarrier();
  }
  for (var i = 0u; i < ${OWN}u; i++) {
    c[((group.y * ${TILE}u + own.y * ${OWN}u + i) * ${columns}u + group.x * ${TILE}u) / 4u + own.x] = sums[i];
  }
}`;
}

/** Copies `vectors` of four words by `groups` workgroups. */
export function copyShader(vectors: number, groups: number): string {
  return `
@group(0) @binding(0) var<storage, read> input: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> output: array<vec4f>;
@compute @workgroup_size(${LINE})
fn main(@builtin(global_invocation_id) at: vec3u) {
  for (var i = at.x; i < ${vectors}u; i += ${groups * LINE}u) { output[i] = input[i]; }
}`;
}

/** Adds `vectors` of four FP32 values, a sum for each of `groups` workgroups. */
export function sumShader(vectors: number, groups: number): string {
  return `
@group(0) @binding(0) var<storage, read> input: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;
var<workgroup> parts: array<f32, ${LINE}>;
@compute @workgroup_size(${LINE})
fn main(@builtin(global_invocation_id) at: vec3u, @builtin(local_invocation_id) own: vec3u, @builtin(workgroup_id) group: vec3u) {
  var sum = vec4f();
  for (var i = at.x; i < ${vectors}u; i += ${groups * LINE}u) { sum += input[i]; }
  parts[own.x] = sum.x + sum.y + sum.z + sum.w;
  workgroupBarrier();
  for (var width = ${LINE / 2}u; width > 0u; width /= 2u) {
    if (own.x < width) { parts[own.x] += parts[own.x + width]; }
    workgroupBarrier();
  }
  if (own.x == 0u) { sums[group.x] = parts[0]; }
}`;
}

/**
 * The value at `index` of every input: eighths from -4 to 4, whose products and short sums no format rounds. Rows of 64 values
 * and their multiples differ, so that one taken for another is seen, and sums are none of them zero.
 */
export function inputAt(index: number): number {
  return (((index * 7 + (index >>> 5) * 3) % 9) - 4) / 8;
}

/** Bits of the values from 0 to 4/8 in formats of 16 and 8 bits; the sign stands before them. */
const BITS = {
  fp16: [0, 0x3000, 0x3400, 0x3600, 0x3800],
  bf16: [0, 0x3e00, 0x3e80, 0x3ec0, 0x3f00],
  fp8: [0, 0x20, 0x28, 0x2c, 0x30],
} as const;

/** After so many values the inputs begin again: 288·7 and 3·288/32 are multiples of 9. */
const PERIOD = 288;

/** Whole numbers are eight times the values. */
export type InputFormat = Format | "tf32" | "bf16" | "fp8" | "int8";

export function inputBytes(count: number, format: InputFormat): Uint8Array<ArrayBuffer> {
  const values = emptyValues(count, format);
  for (let index = 0; index < Math.min(PERIOD, count); index += 1) {
    values[index] = inputBits(inputAt(index), format);
  }
  for (let known = PERIOD; known < count; known *= 2) values.copyWithin(known, 0, known);
  return new Uint8Array(values.buffer);
}

function emptyValues(
  count: number,
  format: InputFormat,
): Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint8Array<ArrayBuffer> {
  if (format === "fp32" || format === "tf32") return new Float32Array(count);
  return format === "fp16" || format === "bf16" ? new Uint16Array(count) : new Uint8Array(count);
}

function inputBits(value: number, format: InputFormat): number {
  if (format === "fp32" || format === "tf32") return value;
  if (format === "int8") return value * 8;
  const sign = value < 0 ? (format === "fp8" ? 0x80 : 0x8000) : 0;
  return sign | (BITS[format][Math.abs(value) * 8] ?? 0);
}

/** Row `row` by column `column` of the product of the inputs with themselves. */
export function productAt(side: number, row: number, column: number): number {
  let sum = 0;
  for (let k = 0; k < side; k += 1) sum += inputAt(row * side + k) * inputAt(k * side + column);
  return sum;
}

/** Column `row` by column `column` of the inputs where they stand column by column: row by column of AᵀA. */
export function gramAt(side: number, row: number, column: number): number {
  let sum = 0;
  for (let k = 0; k < side; k += 1) sum += inputAt(row * side + k) * inputAt(column * side + k);
  return sum;
}
