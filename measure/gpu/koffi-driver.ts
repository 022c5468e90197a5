/** NVIDIA's libraries themselves, through koffi: what is not installed is not there. */
import type * as Koffi from "koffi";
import { enginePath } from "../onnx/engine-path.ts";
import {
  FUNCTIONS,
  type Driver,
  type FunctionName,
  type Input,
  type LibraryName,
  type Output,
} from "./driver.ts";

type Ffi = Pick<typeof Koffi, "load" | "address">;
type Native = (...values: readonly unknown[]) => number;

/** Newest first. */
const FILES: Readonly<
  Record<LibraryName, { readonly linux: readonly string[]; readonly windows: readonly string[] }>
> = {
  cuda: { linux: ["libcuda.so.1"], windows: ["nvcuda.dll"] },
  nvml: { linux: ["libnvidia-ml.so.1"], windows: ["nvml.dll"] },
  cublasLt: {
    linux: ["libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so.11"],
    windows: ["cublasLt64_13.dll", "cublasLt64_12.dll", "cublasLt64_11.dll"],
  },
  cudnn: { linux: ["libcudnn.so.9", "libcudnn.so.8"], windows: ["cudnn64_9.dll", "cudnn64_8.dll"] },
};

/** Types of C by parameter; memory that is read or written goes as its address. */
const C_TYPES: Readonly<Record<string, string>> = {
  i32: "int",
  u32: "uint32_t",
  u64: "uint64_t",
  text: "str",
};

/** Bytes that a result takes. */
const WIDTHS: Readonly<Record<string, number>> = {
  ">i32": 4,
  ">u32": 4,
  ">f32": 4,
  ">u64": 8,
  ">text": 256,
};
const TEXT_MOST = 256;

/** Null where koffi is absent. `files` says where to look instead of where the system looks. */
export async function openLibraries(
  files?: Partial<Record<LibraryName, string>>,
): Promise<Driver | null> {
  const path = await Promise.resolve("koffi")
    .then(enginePath)
    .catch(() => null);
  if (path === null) return null;
  const { default: ffi } = (await import(path)) as { default: Ffi };
  const libraries = new Map<LibraryName, ReturnType<Ffi["load"]>>();
  for (const [name, { linux, windows }] of Object.entries(FILES) as [
    LibraryName,
    (typeof FILES)["cuda"],
  ][]) {
    const usual = process.platform === "win32" ? windows : linux;
    const own = files?.[name];
    const opened = firstOf(files === undefined ? usual : own === undefined ? [] : [own], ffi.load);
    if (opened !== null) libraries.set(name, opened);
  }
  const functions = new Map<FunctionName, Native>();
  return {
    has: (name) => libraries.has(name),
    call: (name, ...inputs) => {
      const known = functions.get(name) ?? bound(name, libraries);
      functions.set(name, known);
      return answered(ffi, { call: known, kinds: kindsOf(name), inputs });
    },
  };
}

function firstOf<T>(names: readonly string[], open: (name: string) => T): T | null {
  for (const name of names) {
    try {
      return open(name);
    } catch {
      continue;
    }
  }
  return null;
}

function kindsOf(name: FunctionName): readonly string[] {
  const [, kinds] = FUNCTIONS[name];
  return kinds === "" ? [] : kinds.split(" ");
}

function bound(
  name: FunctionName,
  libraries: ReadonlyMap<LibraryName, ReturnType<Ffi["load"]>>,
): Native {
  const [library] = FUNCTIONS[name];
  const types = kindsOf(name).map((kind) => C_TYPES[kind] ?? "void *");
  // What writes a text is told how much room there is.
  const all =
    kindsOf(name)[0] === ">text" ? [...types.slice(0, 1), "int", ...types.slice(1)] : types;
  const opened = libraries.get(library);
  if (opened === undefined) throw new Error(`${name} is asked of ${library}, which is not there`);
  return opened.func(name, "int", all) as Native;
}

interface Ready {
  readonly call: Native;
  readonly kinds: readonly string[];
  readonly inputs: readonly Input[];
}

function answered(
  ffi: Ffi,
  { call, kinds, inputs }: Ready,
): { status: number; out: readonly Output[] } {
  const given = [...inputs];
  const values: unknown[] = [];
  const results: { readonly kind: string; readonly memory: Uint8Array<ArrayBuffer> }[] = [];
  /** Kept until the call is over. */
  const kept: unknown[] = [];
  for (const kind of kinds) {
    if (kind.startsWith(">")) {
      const width = kind === ">bytes" ? Number(given.shift()) : (WIDTHS[kind] ?? 0);
      const memory = new Uint8Array(new ArrayBuffer(width));
      results.push({ kind, memory });
      values.push(memory);
      if (kind === ">text") values.push(TEXT_MOST);
    } else if (kind === "args") {
      const parameters = BigUint64Array.from(given.shift() as readonly bigint[]);
      const first = ffi.address(parameters);
      const places = BigUint64Array.from(parameters, (_, index) => first + BigInt(8 * index));
      kept.push(parameters);
      values.push(places);
    } else values.push(passed(kind, given.shift()));
  }
  const status = call(...values);
  kept.length = 0;
  return { status, out: results.map(({ kind, memory }) => resultOf(kind, memory)) };
}

/** An address of nothing is null. */
function passed(kind: string, value: Input | undefined): unknown {
  if (kind === "ptr") return value === 0n || value === undefined ? null : BigInt(value as bigint);
  return value;
}

function resultOf(kind: string, memory: Uint8Array<ArrayBuffer>): Output {
  const view = new DataView(memory.buffer);
  switch (kind) {
    case ">i32":
      return view.getInt32(0, true);
    case ">u32":
      return view.getUint32(0, true);
    case ">f32":
      return view.getFloat32(0, true);
    case ">u64":
      return view.getBigUint64(0, true);
    case ">text":
      return new TextDecoder().decode(memory.subarray(0, memory.indexOf(0)));
    default:
      return memory;
  }
}
