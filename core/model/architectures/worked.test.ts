/** Networks small enough to count by hand: products of each layer, in the order of the drawing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { networkMacs } from "../network-size.ts";
import type { Network, NodeWork } from "../network.ts";
import { buildNetwork, type NetworkSpec } from "./index.ts";

function drawn(spec: NetworkSpec): Network {
  const network = buildNetwork({ id: "w", name: "W", source: "this test" }, spec);
  assert.ok(network.ok, JSON.stringify(network));
  return network.value;
}

function works<K extends NodeWork["kind"]>(spec: NetworkSpec, kind: K) {
  return drawn(spec).nodes.flatMap(({ work }) =>
    work.kind === kind ? [work as Extract<NodeWork, { kind: K }>] : [],
  );
}

const lstm = (steps: number, input: number, hidden: number) =>
  steps * 4 * hidden * (input + hidden);

const TRANSDUCER = {
  family: "transducer",
  features: 2,
  encoder: { hidden: 4, before: 1, stack: 2, after: 1 },
  predictor: { hidden: 3, layers: 1 },
  joint: 5,
  vocab: 6,
  frames: 4,
  tokens: 3,
};

test("transducer() walks once through frames and tokens, two frames joined into one between its layers", () => {
  const read = lstm(4, 2, 4) + lstm(2, 8, 4) + lstm(3, 3, 3);
  const decided = (2 + 3) * (7 * 5 + 5 * 6);
  assert.equal(networkMacs(drawn(TRANSDUCER)), read + decided);
});

test("transducer() in training joins every step with every token", () => {
  const read = lstm(4, 2, 4) + lstm(2, 8, 4) + lstm(3, 3, 3);
  const joined = 2 * 4 * 5 + 3 * 3 * 5 + 2 * 3 * 5 * 6;
  assert.equal(networkMacs(drawn({ ...TRANSDUCER, lattice: true })), read + joined);
});

const SPEECH = {
  family: "speech-synthesis",
  symbols: 5,
  encoder: { width: 4, convolutions: 1, kernel: 3 },
  attention: { width: 2, filters: 2, kernel: 3 },
  prenet: 3,
  decoder: 4,
  mels: 2,
  postnet: { width: 3, convolutions: 2, kernel: 3 },
  tokens: 4,
  frames: 6,
};

test("speechSynthesis() attends from each frame to each token, with a score of five operations a channel", () => {
  const encoder = 4 * 4 * 3 * 4 + 2 * lstm(4, 4, 2);
  const prenet = 6 * (2 * 3 + 3 * 3);
  const decoder = lstm(6, 3 + 4, 4) + lstm(6, 4 + 4, 4) + 6 * 8 * (1 + 2);
  const attention = 4 * 4 * 2 + 6 * 4 * 2 + 24 * (2 * 2 * 3 + 2 * 2) + 6 * 4 * 4;
  const postnet = 6 * 3 * (2 * 3 + 3 * 2);
  assert.equal(networkMacs(drawn(SPEECH)), encoder + prenet + decoder + attention + postnet);
  const scores = works(SPEECH, "elementwise").filter(({ flops }) => flops === 5 * 6 * 4 * 2);
  assert.deepEqual(
    scores.map(({ read, written }) => [read, written]),
    [[6 * 4 * 2, 6 * 4]],
  );
});

test("recommender() multiplies all pairs of its vectors, the dense one among them", () => {
  const spec = {
    family: "recommender",
    tables: [10, 20],
    lookups: [1, 3],
    width: 4,
    dense: 2,
    bottom: [4],
    interaction: { kind: "dot" },
    top: [5, 1],
  };
  const pairs = 3 * 3 * 4;
  assert.equal(networkMacs(drawn(spec)), 2 * 4 + pairs + (4 + 3) * 5 + 5);
});

const TRUNK = { trunk: "resnet", blocks: [1, 1, 1], block: "basic", strides: [1, 2, 1] };

test("ssd() predicts four sides and every class of each anchor, and its host looks through them", () => {
  const spec = {
    family: "ssd",
    trunk: TRUNK,
    takes: [3],
    norm: false,
    extras: [],
    anchors: [4],
    heads: {},
    classes: 7,
    image: 64,
  };
  const heads = works(spec, "convolution").slice(-2);
  assert.deepEqual(
    heads.map(({ channelsIn, channelsOut, output }) => [channelsIn, channelsOut, output]),
    [
      [256, 4 * 4, [8, 8]],
      [256, 4 * 7, [8, 8]],
    ],
  );
});

test("rcnn() leaves five values an anchor, and five of each class and proposal, to the host", () => {
  const trunk = { trunk: "resnet", blocks: [1, 1, 1, 1], block: "bottleneck" };
  const spec = { family: "rcnn", trunk, classes: 3, proposals: 10, masks: 0, image: 64 };
  const places = 16 ** 2 + 8 ** 2 + 4 ** 2 + 2 ** 2 + 1;
  assert.deepEqual(
    works(spec, "host").map(({ elements }) => elements),
    [5 * 3 * places, 5 * 3 * 10],
  );
});

test("unet() has a norm of its own after each convolution of an instance-normed one alone", () => {
  const spec = (norm: string) => ({
    family: "unet",
    levels: [2, 4],
    down: "stride",
    norm,
    channels: 1,
    classes: 2,
    image: 8,
  });
  const norms = (kind: string) =>
    drawn(spec(kind)).nodes.filter(({ name }) => name.startsWith("norm ")).length;
  assert.deepEqual(["instance", "batch", "none"].map(norms), [6, 0, 0]);
  const biases = (kind: string) =>
    drawn(spec(kind)).nodes.reduce((sum, { parameters }) => sum + parameters, 0);
  const weights = 9 * (1 * 2 + 2 * 2 + 2 * 4 + 4 * 4 + 4 * 2 + 2 * 2) + 4 * 4 * 2 + 2 + 2 * 2 + 2;
  assert.equal(biases("none"), weights + 2 + 2 + 4 + 4 + 2 + 2);
  assert.equal(biases("batch"), weights + 2 * (2 + 2 + 4 + 4 + 2 + 2));
});

test("waveTransformer() strides each convolution as it says", () => {
  const spec = {
    family: "wave-transformer",
    kernels: [10, 3],
    strides: [5, 2],
    channels: 4,
    hidden: 6,
    intermediate: 8,
    heads: 2,
    layers: 1,
    positions: [3, 2],
    frames: 100,
  };
  const [first, second] = works(spec, "convolution");
  assert.deepEqual([first?.output, second?.output], [[19], [9]]);
  const kept = (widePositions: boolean) =>
    drawn({ ...spec, widePositions }).nodes.flatMap(({ work, keepsNumerics }) =>
      keepsNumerics === true && work.kind === "convolution" ? [work.groups] : [],
    );
  assert.deepEqual([kept(false), kept(true)], [[], [2]]);
});

test("segmenter() narrows to a quarter by a 3 by 3, and its classes are a product at each place", () => {
  const spec = { family: "segmenter", trunk: TRUNK, classes: 3, image: 64 };
  const [narrow, classes] = works(spec, "convolution").slice(-2);
  assert.deepEqual([narrow?.kernel, narrow?.channelsOut], [[3, 3], 64]);
  assert.deepEqual([classes?.kernel, classes?.channelsOut], [[1, 1], 3]);
});

test("segmenter() of DeepLab v3+ joins the pyramid's answer with the first stage, at its size", () => {
  const figures = { family: "segmenter", trunk: TRUNK, dilations: [2], classes: 3, image: 64 };
  const plain = works(figures, "convolution").slice(-2)[0];
  const [detail, refined, classes] = works({ ...figures, fine: 5 }, "convolution").slice(-3);
  assert.deepEqual([plain?.channelsIn, plain?.output], [256, [8, 8]]);
  assert.deepEqual([detail?.kernel, detail?.channelsOut, detail?.output], [[1, 1], 5, [16, 16]]);
  assert.deepEqual([refined?.channelsIn, refined?.kernel], [256 + 5, [3, 3]]);
  assert.deepEqual(classes?.output, [16, 16]);
});

const CONFORMER = {
  family: "conformer",
  mels: 8,
  frames: 12,
  subsampling: { strides: 2, channels: 3 },
  hidden: 4,
  intermediate: 8,
  heads: 2,
  layers: 2,
  kernel: 5,
  vocab: 6,
};

test("conformer() halves time and bands, scores keys and distances, and convolves over time", () => {
  const strided = 6 * 4 * 9 * 3 + 3 * 2 * 9 * 3 * 3 + 3 * (2 * 3) * 4;
  const fed = 2 * 3 * 2 * 4 * 8;
  const attended = 3 * 4 * 12 + 5 * 4 * 4 + 2 * 3 * 5 * 2 + 2 * 3 * 3 * (2 + 2) + 3 * 4 * 4;
  const convolved = 3 * 4 * 8 + 3 * 4 * 5 + 3 * 4 * 4;
  const layers = 2 * (fed + attended + convolved);
  assert.equal(networkMacs(drawn(CONFORMER)), strided + layers + 3 * 4 * 6);
  const transducer = { predictor: 5, layers: 1, joint: 7, tokens: 4 };
  const decided = lstm(4, 5, 5) + 4 * 5 * 7 + 3 * 4 * 7 + (3 + 4) * 7 * 6;
  assert.equal(networkMacs(drawn({ ...CONFORMER, transducer })), strided + layers + decided);
  const separable = { strides: 2, channels: 3, separable: true };
  const light = 6 * 4 * 9 * 3 + 3 * 2 * (9 * 3 + 3 * 3) + 3 * (2 * 3) * 4;
  assert.equal(
    networkMacs(drawn({ ...CONFORMER, subsampling: separable })),
    light + layers + 3 * 4 * 6,
  );
});

const SERIES = {
  family: "temporal-fusion",
  hidden: 4,
  heads: 2,
  series: 5,
  known: 1,
  observed: 1,
  past: 3,
  future: 2,
  quantiles: 3,
};

/** Two products of 4 by 4 and a gate of 4 by 8 at each step; a context of 4 by 4 once. */
const gatedNetwork = (steps: number, contexts = 0) => 64 * steps + 16 * contexts;
const chosen = (variables: number, steps: number, contexts: number) =>
  steps * (16 * variables + 16 + 8 * variables + 4 * variables ** 2) +
  variables * gatedNetwork(steps) +
  16 * contexts;

test("temporalFusion() chooses variables of what was and of what is known to come, and attends over both", () => {
  const series = chosen(1, 1, 0) + 4 * gatedNetwork(1);
  const steps = chosen(2, 3, 1) + lstm(3, 4, 4) + chosen(1, 2, 1) + lstm(2, 4, 4);
  const attended = 5 * 32 + gatedNetwork(5, 1) + 5 * 4 * 10 + 2 * 5 * 5 * (2 + 2) + 5 * 2 * 4;
  const answered = 2 * 32 + gatedNetwork(2) + 2 * 32 + 2 * 4 * 3;
  assert.equal(networkMacs(drawn(SERIES)), series + steps + attended + answered);
});

test("equivariantTransformer() makes a kernel of each edge, one a pair of degrees, and turns features by it", () => {
  const spec = {
    family: "equivariant-transformer",
    layers: 2,
    heads: 1,
    degrees: 2,
    channels: 4,
    parts: 2,
    nodeFeatures: 3,
    edgeFeatures: 1,
    nodes: 2,
    edges: 5,
  };
  const radial = (weights: number) => 5 * (2 * 32 + 32 * 32 + 32 * weights);
  const scalars = radial(3 * 4) + 5 * 4 * 3;
  const vectors = radial(3 * 2) + 5 * (3 * 3 + 2 * 3 * 3);
  const first = scalars + vectors + 2 * 3 * 2 + 2 * (5 * 4 + 3 * 2 * 4);
  const second = radial(6 * 4 * 4) + 5 * (4 * 24 * 4 + 4 * 4 * 24) + 2 * 4 * 4 * 2 + 2 * 4 * 6 * 4;
  const last = radial(2 * 4 * 8) + 5 * (4 * 2 * 4 + 8 * 8) + 2 * 4 * 8 + 8 * 8 + 8;
  assert.equal(networkMacs(drawn(spec)), first + second + last);
});
