/**
 * What a GPU of NVIDIA is measured with: own kernels that copy and sum, products by cuBLASLt, a convolution by cuDNN.
 *
 * A chore starts its work so many times; the result of a small one is compared with the processor's first.
 */
import type { Precision } from "../../core/index.ts";
import { reference, results, whole, type CudaDevice } from "./cuda-device.ts";
import type { Driver } from "./driver.ts";
import { PTX } from "./ptx.ts";
import { gramAt, inputAt, inputBytes } from "./shaders.ts";

/** Starts the work once; null where the library has no way to do it. */
export type Launch = (() => void) | null;

export interface CudaChore {
  /** FLOPs or bytes. */
  readonly amount: number;
  /** Bytes of memory that it takes, by address. */
  readonly sizes: readonly number[];
  readonly prepare: (addresses: readonly bigint[]) => Launch;
  /** What is wrong with the result, after one launch; null of a right one. */
  readonly check: (addresses: readonly bigint[]) => string | null;
}

const VECTOR_BYTES = 16;
const THREADS = 256;
/** Blocks a multiprocessor: more than one runs at a time. */
const BLOCKS_EACH = 16;

/** A copy of half of `bytes` to the other half, or a sum of all of them. */
export function kernelChore(
  driver: Driver,
  { gpu }: CudaDevice,
  { kernel, bytes }: { readonly kernel: "copy" | "sum"; readonly bytes: number },
): CudaChore {
  const read = kernel === "copy" ? bytes / 2 : bytes;
  const inputs = () => inputBytes(read / 4, "fp32");
  const vectors = read / VECTOR_BYTES;
  const blocks = Math.min(Math.ceil(vectors / THREADS), BLOCKS_EACH * (gpu.units ?? 1));
  return {
    amount: bytes,
    sizes: [read, kernel === "copy" ? read : VECTOR_BYTES],
    prepare: (addresses) => {
      const [from = 0n, to = 0n] = addresses;
      const program = reference(
        driver,
        "cuModuleGetFunction",
        reference(driver, "cuModuleLoadData", PTX),
        kernel,
      );
      results(driver, "cuMemcpyHtoD_v2", from, inputs(), BigInt(read));
      results(driver, "cuMemsetD32_v2", to, 0, 4n);
      const parameters = [from, to, BigInt(vectors)];
      return () =>
        void results(
          driver,
          "cuLaunchKernel",
          program,
          blocks,
          1,
          1,
          THREADS,
          1,
          1,
          0,
          0n,
          parameters,
          0n,
        );
    },
    check: ([, to = 0n]) => {
      if (kernel === "copy") return same(bytesAt(driver, to, read), inputs());
      const got = new Float32Array(bytesAt(driver, to, 4).buffer)[0];
      let expected = 0;
      for (let index = 0; index < read / 4; index += 1) expected += inputAt(index);
      return got === expected ? null : `the sum is ${got} and not ${expected}`;
    },
  };
}

function bytesAt(driver: Driver, address: bigint, count: number): Uint8Array<ArrayBuffer> {
  const [bytes] = results(driver, "cuMemcpyDtoH_v2", count, address, BigInt(count));
  return new Uint8Array(bytes as Uint8Array);
}

function same(got: Uint8Array, expected: Uint8Array): string | null {
  const wrong = expected.findIndex((byte, index) => byte !== got[index]);
  return wrong < 0 ? null : `byte ${wrong} of ${expected.length} differs`;
}

/** Numbers of cuBLASLt. Source: library_types.h, cublas_api.h, cublasLt.h */
const TYPE = { fp32: 0, fp16: 2, int8: 3, int32: 10, bf16: 14, fp8: 28 } as const;
const COMPUTE = { fp32: 68, int32: 72, tf32: 77 } as const;
const TRANSPOSE_A = 3;
const TRANSPOSED = 1;
const WORKSPACE_MOST = 1;
/** The best algorithm found stands in the first 64 bytes of a result of 96. */
const RESULT_BYTES = 96;
const ALGORITHM_BYTES = 64;
const WORKSPACE_BYTES = 32 * 1024 ** 2;

interface Format {
  readonly type: number;
  readonly bytes: number;
  readonly result: keyof typeof TYPE;
  readonly resultBytes: number;
  readonly compute: number;
}

export const PRODUCTS = {
  fp32: { type: TYPE.fp32, bytes: 4, result: "fp32", resultBytes: 4, compute: COMPUTE.fp32 },
  tf32: { type: TYPE.fp32, bytes: 4, result: "fp32", resultBytes: 4, compute: COMPUTE.tf32 },
  bf16: { type: TYPE.bf16, bytes: 2, result: "bf16", resultBytes: 2, compute: COMPUTE.fp32 },
  fp16: { type: TYPE.fp16, bytes: 2, result: "fp16", resultBytes: 2, compute: COMPUTE.fp32 },
  fp8: { type: TYPE.fp8, bytes: 1, result: "bf16", resultBytes: 2, compute: COMPUTE.fp32 },
  int8: { type: TYPE.int8, bytes: 1, result: "int32", resultBytes: 4, compute: COMPUTE.int32 },
} as const satisfies Partial<Record<Precision, Format>>;

export type ProductFormat = keyof typeof PRODUCTS;

/**
 * Aᵀ A of a square matrix by cuBLASLt: with the first factor transposed, the one order in which all formats run on
 * the matrix units.
 */
export function productChore(driver: Driver, side: number, name: ProductFormat): CudaChore {
  const { bytes, resultBytes, result } = PRODUCTS[name];
  const count = side * side;
  return {
    amount: 2 * side ** 3,
    sizes: [count * bytes, count * bytes, count * resultBytes, WORKSPACE_BYTES],
    prepare: (addresses) => {
      const input = inputBytes(count, name);
      for (const address of addresses.slice(0, 2)) {
        results(driver, "cuMemcpyHtoD_v2", address, input, BigInt(input.length));
      }
      return productLaunch(driver, { side, name, addresses });
    },
    check: ([, , to = 0n]) => {
      const got = bytesAt(driver, to, count * resultBytes);
      // Whole numbers stand for eighths there.
      const scale = name === "int8" ? 1 / 64 : 1;
      for (let index = 0; index < count; index += CHECK_EVERY) {
        const [column, row] = [Math.floor(index / side), index % side];
        const expected = gramAt(side, row, column);
        const value = numberAt(got, index, result) * scale;
        const most = result === "bf16" ? ROUNDING * Math.max(1, Math.abs(expected)) : 0;
        if (Math.abs(value - expected) > most) {
          return `C[${row}, ${column}] is ${value} and not ${expected}`;
        }
      }
      return null;
    },
  };
}

const CHECK_EVERY = 1009;
/** Of results in BF16, and of what FP8 units keep of sums; in other formats no sum of these inputs is rounded. */
const ROUNDING = 2 ** -6;

interface Product {
  readonly side: number;
  readonly name: ProductFormat;
  readonly addresses: readonly bigint[];
}

function productLaunch(driver: Driver, { side, name, addresses }: Product): Launch {
  const { type, result, compute } = PRODUCTS[name];
  const [a = 0n, b = 0n, c = 0n, workspace = 0n] = addresses;
  const own = reference(driver, "cublasLtCreate");
  const scaleType = name === "int8" ? TYPE.int32 : TYPE.fp32;
  const what = reference(driver, "cublasLtMatmulDescCreate", compute, scaleType);
  results(driver, "cublasLtMatmulDescSetAttribute", what, TRANSPOSE_A, word(TRANSPOSED), 4n);
  const layout = (of: number) =>
    reference(driver, "cublasLtMatrixLayoutCreate", of, BigInt(side), BigInt(side), BigInt(side));
  const [from, to] = [layout(type), layout(TYPE[result])];
  const wish = reference(driver, "cublasLtMatmulPreferenceCreate");
  const most = new Uint8Array(BigUint64Array.of(BigInt(WORKSPACE_BYTES)).buffer);
  results(driver, "cublasLtMatmulPreferenceSetAttribute", wish, WORKSPACE_MOST, most, 8n);
  const asked = [own, what, from, from, to, to, wish, 1, RESULT_BYTES] as const;
  const found = driver.call("cublasLtMatmulAlgoGetHeuristic", ...asked);
  if (found.status !== 0 || Number(found.out[1]) === 0) return null;
  const algorithm = (found.out[0] as Uint8Array).slice(0, ALGORITHM_BYTES);
  const [one, none] = name === "int8" ? [word(1), word(0)] : [real(1), real(0)];
  return () => {
    const sums = [own, what, one, a, from, b, from, none, c, to, c, to] as const;
    results(driver, "cublasLtMatmul", ...sums, algorithm, workspace, BigInt(WORKSPACE_BYTES), 0n);
  };
}

function word(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}

function real(value: number): Uint8Array {
  return new Uint8Array(Float32Array.of(value).buffer);
}

function numberAt(bytes: Uint8Array<ArrayBuffer>, index: number, type: keyof typeof TYPE): number {
  const view = new DataView(bytes.buffer);
  switch (type) {
    case "fp32":
      return view.getFloat32(index * 4, true);
    case "int32":
      return view.getInt32(index * 4, true);
    case "fp16":
      return halfValue(view.getUint16(index * 2, true));
    default:
      return new Float32Array(Uint32Array.of(view.getUint16(index * 2, true) << 16).buffer)[0] ?? 0;
  }
}

/** Source: IEEE 754-2019, binary16; normal numbers and zero are all there are. */
function halfValue(bits: number): number {
  const size =
    (bits & 0x7fff) === 0 ? 0 : (1 + (bits & 0x3ff) / 1024) * 2 ** (((bits >> 10) & 0x1f) - 15);
  return (bits & 0x8000) === 0 ? size : -size;
}

/** Numbers of cuDNN. Source: cudnn_ops.h, cudnn_cnn.h */
const DNN = {
  half: 2,
  float: 0,
  nhwc: 1,
  crossCorrelation: 1,
  tensorOps: 1,
  implicitPrecompGemm: 1,
} as const;
const HALF_ONE = 0x3c00;

interface Images {
  readonly images: number;
  readonly side: number;
  readonly channels: number;
}

/** A convolution of 3x3 in FP16 over `images` of `side` by `side` with `channels` in and out, all ones. */
export function convolutionChore(driver: Driver, shape: Images): CudaChore {
  const { images, side, channels } = shape;
  const values = images * channels * side * side;
  const weights = 9 * channels * channels;
  return {
    amount: 2 * 9 * channels * values,
    sizes: [values * 2, weights * 2, values * 2, CONVOLUTION_WORKSPACE],
    prepare: (addresses) => {
      const ones = (HALF_ONE << 16) | HALF_ONE;
      for (const [index, count] of [values, weights].entries()) {
        results(driver, "cuMemsetD32_v2", addresses[index] ?? 0n, ones, BigInt(count / 2));
      }
      return convolutionLaunch(driver, shape, addresses);
    },
    check: ([, , y = 0n]) => {
      const image = bytesAt(driver, y, 2 * channels * side * side);
      const middle = (Math.floor(side / 2) * side + Math.floor(side / 2)) * channels;
      const got = numberAt(image, middle, "fp16");
      return got === 9 * channels ? null : `the middle is ${got} and not ${9 * channels}`;
    },
  };
}

const CONVOLUTION_WORKSPACE = 256 * 1024 ** 2;

function convolutionLaunch(
  driver: Driver,
  { images, side, channels }: Images,
  [x = 0n, w = 0n, y = 0n, workspace = 0n]: readonly bigint[],
): Launch {
  const own = reference(driver, "cudnnCreate");
  const image = reference(driver, "cudnnCreateTensorDescriptor");
  const sizes = [images, channels, side, side] as const;
  results(driver, "cudnnSetTensor4dDescriptor", image, DNN.nhwc, DNN.half, ...sizes);
  const filter = reference(driver, "cudnnCreateFilterDescriptor");
  const window = [channels, channels, 3, 3] as const;
  results(driver, "cudnnSetFilter4dDescriptor", filter, DNN.half, DNN.nhwc, ...window);
  const how = reference(driver, "cudnnCreateConvolutionDescriptor");
  // Padding, stride and dilation of one.
  const plain = [1, 1, 1, 1, 1, 1, DNN.crossCorrelation, DNN.float] as const;
  results(driver, "cudnnSetConvolution2dDescriptor", how, ...plain);
  results(driver, "cudnnSetConvolutionMathType", how, DNN.tensorOps);
  const algorithm = DNN.implicitPrecompGemm;
  const asked = [own, image, filter, how, image, algorithm] as const;
  const room = whole(driver, "cudnnGetConvolutionForwardWorkspaceSize", ...asked);
  if (room > CONVOLUTION_WORKSPACE) return null;
  const [one, none] = [real(1), real(0)];
  const work = [own, one, image, x, filter, w, how, algorithm, workspace, BigInt(room)] as const;
  return () => void results(driver, "cudnnConvolutionForward", ...work, none, image, y);
}
