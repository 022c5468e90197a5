/** Texts that a decoder reads: what it keeps of them is the cache that its samples begin with. */
import type {
  Decoder,
  HostTensor,
  ModelInput,
  Runner,
  Tensors,
} from "../../core/optimise/index.ts";

/** Inputs of a decoder, as a sample has them: so many words stand before the new ones. */
export interface Reading {
  readonly decoder: Decoder;
  readonly inputs: readonly ModelInput[];
}

/** The same inputs for whole texts: the words before and the new ones in one, and no cache. */
export function textInputs({ decoder, inputs }: Reading): readonly ModelInput[] {
  const before = wordsBefore({ decoder, inputs });
  const caches = new Set(decoder.tensors.map(({ past }) => past));
  return inputs
    .filter(({ name }) => !caches.has(name))
    .map((input) =>
      isByWord(decoder, input.name) ? { ...input, dims: longer(input, before) } : input,
    );
}

function wordsBefore({ decoder, inputs }: Reading): number {
  return inputs.find(({ name }) => name === decoder.tensors[0]?.past)?.dims[2] ?? 0;
}

function isByWord({ tokens, places }: Decoder, name: string): boolean {
  return name === tokens || name === places;
}

function longer({ dims: [rows = 1, count = 0] }: ModelInput, before: number): readonly number[] {
  return [rows, before + count];
}

/**
 * Samples of the last words of `texts`, each behind what `model` keeps of those before; null where it does not read many
 * words at once. Random numbers in the place of caches hide errors of attention: GPT-2 with its attention in 4 bits is
 * 34 dB from itself on those, and 22 dB behind texts.
 */
export async function readSamples(
  texts: readonly Tensors[],
  reading: Reading,
  { runner, model }: { readonly runner: Pick<Runner, "outputs">; readonly model: Uint8Array },
): Promise<readonly Tensors[] | null> {
  const { decoder, inputs } = reading;
  const before = wordsBefore(reading);
  const session = { threads: 1, provider: "cpu", optimises: true };
  const empty = Object.fromEntries(
    decoder.tensors.map(({ past }) => [past, emptyCache(inputs, past)] as const),
  );
  const parts = texts.map((text) => ({
    first: { ...text, ...each(text, decoder, (tensor) => cut(tensor, 0, before)), ...empty },
    last: {
      ...text,
      ...each(text, decoder, (tensor, name) =>
        name === decoder.mask ? tensor : cut(tensor, before),
      ),
    },
  }));
  const answered = await runner.outputs(
    model,
    parts.map(({ first }) => first),
    session,
  );
  if (answered.kind === "failed") return null;
  return parts.map(({ last }, index) => ({
    ...last,
    ...Object.fromEntries(
      decoder.tensors.flatMap(({ past, present }) => {
        const kept = answered.value[index]?.[present];
        return kept === undefined ? [] : [[past, kept] as const];
      }),
    ),
  }));
}

/** The tensors of `text` that have a number a word, changed. */
function each(
  text: Tensors,
  decoder: Decoder,
  change: (tensor: HostTensor, name: string) => HostTensor,
): Tensors {
  const names = [
    decoder.tokens,
    decoder.mask,
    ...(decoder.places === null ? [] : [decoder.places]),
  ];
  return Object.fromEntries(
    names.flatMap((name) => {
      const tensor = text[name];
      return tensor === undefined ? [] : [[name, change(tensor, name)] as const];
    }),
  );
}

function emptyCache(inputs: readonly ModelInput[], name: string): HostTensor {
  const { type = 1, dims = [] } = inputs.find((input) => input.name === name) ?? {};
  return { type, dims: dims.with(2, 0), bytes: new Uint8Array() };
}

/** Columns of a table of numbers. */
function cut({ type, dims, bytes }: HostTensor, from: number, to?: number): HostTensor {
  const [rows = 1, columns = 0] = dims;
  const width = bytes.length / Math.max(1, rows * columns);
  const end = to ?? columns;
  const kept = new Uint8Array(rows * (end - from) * width);
  for (let row = 0; row < rows; row += 1) {
    const start = row * columns;
    kept.set(
      bytes.subarray((start + from) * width, (start + end) * width),
      row * (end - from) * width,
    );
  }
  return { type, dims: [rows, end - from], bytes: kept };
}
