/**
 * The header of a safetensors file: names, shapes and formats of its tensors.
 *
 * Source: README of huggingface/safetensors, "Format": eight bytes of length, then JSON.
 */
import { ok, refuse } from "../result.ts";
import type { Result } from "../result.ts";
import type { ByteSource } from "./byte-source.ts";
import { isObject, isWhole } from "./_fields.ts";
import { parsedJson } from "./_json.ts";
import type { Tensor } from "./_tensors.ts";

/** The format's own limit. */
const HEADER_BYTES_MAX = 100e6;

const BITS: ReadonlyMap<string, number> = new Map([
  ["F64", 64],
  ["F32", 32],
  ["F16", 16],
  ["BF16", 16],
  ["F8_E4M3", 8],
  ["F8_E5M2", 8],
  ["F8_E8M0", 8],
  ["F4", 4],
  ["I64", 64],
  ["I32", 32],
  ["I16", 16],
  ["I8", 8],
  ["U64", 64],
  ["U32", 32],
  ["U16", 16],
  ["U8", 8],
  ["BOOL", 8],
]);

/** Length of the JSON of a header, or null where the first bytes cannot be one. */
export async function safetensorsLength(source: ByteSource): Promise<number | null> {
  if (source.size < 10) return null;
  const bytes = await source.read(0, 9);
  if (bytes.length < 9) return null;
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  const opensObject = bytes[8] === "{".codePointAt(0);
  return opensObject && length >= 2 ? length : null;
}

export async function safetensorsHeader(source: ByteSource): Promise<Result<readonly Tensor[]>> {
  const length = await safetensorsLength(source);
  if (length === null) return refuse(["header"], "a length and a JSON object", source.size);
  if (length > HEADER_BYTES_MAX || 8 + length > source.size) {
    const most = Math.min(HEADER_BYTES_MAX, source.size - 8);
    return refuse(["header", "length"], `at most ${most} bytes`, length);
  }
  const text = new TextDecoder().decode(await source.read(8, length));
  const json = await parsedJson(text, ["header"]);
  if (!json.ok) return json;
  if (!isObject(json.value)) return refuse(["header"], "an object of tensors", json.value);
  return tensorsOf(json.value);
}

function tensorsOf(header: Readonly<Record<string, unknown>>): Result<readonly Tensor[]> {
  const tensors: Tensor[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const tensor = tensorOf(name, entry);
    if (tensor === null) {
      return refuse(["header", name], "a dtype and a shape of whole numbers", entry);
    }
    tensors.push(tensor);
  }
  return ok(tensors);
}

function tensorOf(name: string, entry: unknown): Tensor | null {
  if (!isObject(entry)) return null;
  const { dtype, shape } = entry;
  const bits = typeof dtype === "string" ? BITS.get(dtype) : undefined;
  if (typeof dtype !== "string" || bits === undefined || !Array.isArray(shape)) return null;
  if (!shape.every((size) => isWhole(size, 0))) return null;
  const values = shape.reduce((product: number, size: number) => product * size, 1);
  if (!Number.isSafeInteger(values)) return null;
  return {
    name,
    shape,
    type: dtype,
    parameters: values * packing(name, dtype),
    bytes: (values * bits) / 8,
  };
}

/** Four-bit weights are packed: two a byte, eight a word. Scales and indices are no parameters. */
function packing(name: string, dtype: string): number {
  const extra =
    /(scales?|scale_inv|zeros|zero_point|g_idx|weight_shape|inv_freq|position_ids|\.bias_mask|absmax|quant_map|quant_state.*|masked_bias|attn\.bias|attention\.bias)$/u;
  if (extra.test(name)) return 0;
  if (dtype === "U8") return 2;
  if (dtype === "I32" || dtype === "U32") return 8;
  return dtype === "I64" || dtype === "BOOL" ? 0 : 1;
}
