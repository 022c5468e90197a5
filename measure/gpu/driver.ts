/**
 * NVIDIA's libraries as calls that can be written down and played back, so that tests need no GPU.
 *
 * Every function of theirs gives a status and writes its results through pointers; here results are a list.
 */

export type LibraryName = "cuda" | "nvml" | "cublasLt" | "cudnn";

/**
 * What a parameter is: whole numbers by width, `ptr` a handle or an address of the device, `text` and `host` memory of
 * ours that is read, `args` the 64-bit parameters of a kernel; after ">" what is written: `>bytes` takes how many.
 */
export const FUNCTIONS = {
  cuInit: ["cuda", "u32"],
  cuDeviceGetCount: ["cuda", ">i32"],
  cuDeviceGet: ["cuda", ">i32 i32"],
  cuDeviceGetName: ["cuda", ">text i32"],
  cuDeviceGetPCIBusId: ["cuda", ">text i32"],
  cuDeviceTotalMem_v2: ["cuda", ">u64 i32"],
  cuDeviceGetAttribute: ["cuda", ">i32 i32 i32"],
  cuDevicePrimaryCtxRetain: ["cuda", ">u64 i32"],
  cuDevicePrimaryCtxRelease_v2: ["cuda", "i32"],
  cuCtxSetCurrent: ["cuda", "ptr"],
  cuMemAlloc_v2: ["cuda", ">u64 u64"],
  cuMemFree_v2: ["cuda", "ptr"],
  cuMemsetD32_v2: ["cuda", "ptr u32 u64"],
  cuMemcpyHtoD_v2: ["cuda", "ptr host u64"],
  cuMemcpyDtoH_v2: ["cuda", ">bytes ptr u64"],
  cuModuleLoadData: ["cuda", ">u64 text"],
  cuModuleGetFunction: ["cuda", ">u64 ptr text"],
  cuLaunchKernel: ["cuda", "ptr u32 u32 u32 u32 u32 u32 u32 ptr args ptr"],
  cuEventCreate: ["cuda", ">u64 u32"],
  cuEventRecord: ["cuda", "ptr ptr"],
  cuEventSynchronize: ["cuda", "ptr"],
  cuEventElapsedTime: ["cuda", ">f32 ptr ptr"],
  nvmlInit_v2: ["nvml", ""],
  nvmlDeviceGetHandleByPciBusId_v2: ["nvml", "text >u64"],
  nvmlDeviceGetTotalEnergyConsumption: ["nvml", "ptr >u64"],
  nvmlDeviceGetEnforcedPowerLimit: ["nvml", "ptr >u32"],
  cublasLtCreate: ["cublasLt", ">u64"],
  cublasLtMatmulDescCreate: ["cublasLt", ">u64 i32 i32"],
  cublasLtMatmulDescSetAttribute: ["cublasLt", "ptr i32 host u64"],
  cublasLtMatrixLayoutCreate: ["cublasLt", ">u64 i32 u64 u64 u64"],
  cublasLtMatmulPreferenceCreate: ["cublasLt", ">u64"],
  cublasLtMatmulPreferenceSetAttribute: ["cublasLt", "ptr i32 host u64"],
  cublasLtMatmulAlgoGetHeuristic: ["cublasLt", "ptr ptr ptr ptr ptr ptr ptr i32 >bytes >i32"],
  cublasLtMatmul: [
    "cublasLt",
    "ptr ptr host ptr ptr ptr ptr host ptr ptr ptr ptr host ptr u64 ptr",
  ],
  cudnnCreate: ["cudnn", ">u64"],
  cudnnCreateTensorDescriptor: ["cudnn", ">u64"],
  cudnnSetTensor4dDescriptor: ["cudnn", "ptr i32 i32 i32 i32 i32 i32"],
  cudnnCreateFilterDescriptor: ["cudnn", ">u64"],
  cudnnSetFilter4dDescriptor: ["cudnn", "ptr i32 i32 i32 i32 i32 i32"],
  cudnnCreateConvolutionDescriptor: ["cudnn", ">u64"],
  cudnnSetConvolution2dDescriptor: ["cudnn", "ptr i32 i32 i32 i32 i32 i32 i32 i32"],
  cudnnSetConvolutionMathType: ["cudnn", "ptr i32"],
  cudnnGetConvolutionForwardWorkspaceSize: ["cudnn", "ptr ptr ptr ptr ptr i32 >u64"],
  cudnnConvolutionForward: ["cudnn", "ptr host ptr ptr ptr ptr ptr i32 ptr u64 host ptr ptr"],
} as const satisfies Readonly<Record<string, readonly [LibraryName, string]>>;

export type FunctionName = keyof typeof FUNCTIONS;

/** One value for each parameter that is not written; for `>bytes` how many. */
export type Input = number | bigint | string | Uint8Array | readonly bigint[];
export type Output = number | bigint | string | Uint8Array;

export interface Reply {
  /** 0 is success in all of these libraries. */
  readonly status: number;
  readonly out: readonly Output[];
}

export interface Driver {
  readonly has: (library: LibraryName) => boolean;
  readonly call: (name: FunctionName, ...inputs: readonly Input[]) => Reply;
}

/** A call as it went, in JSON: handles and bytes as text. */
export interface Call {
  readonly name: FunctionName;
  readonly status: number;
  readonly out: readonly (number | string)[];
}

/** A driver that also writes down each call. */
export function recorded(driver: Driver): {
  readonly driver: Driver;
  readonly calls: readonly Call[];
} {
  const calls: Call[] = [];
  return {
    calls,
    driver: {
      has: driver.has,
      call: (name, ...inputs) => {
        const reply = driver.call(name, ...inputs);
        calls.push({ name, status: reply.status, out: reply.out.map(written) });
        return reply;
      },
    },
  };
}

/** What stands before handles and bytes in a record. */
export const MARKS = { handle: "handle:", bytes: "bytes:" } as const;

function written(value: Output): number | string {
  if (typeof value === "bigint") return `${MARKS.handle}${value}`;
  if (typeof value !== "object") return value;
  return MARKS.bytes + Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
