import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import coefficients from "../../../coefficients/laws.json" with { type: "json" };
import type { Device } from "../../catalogue/index.ts";
import type { Collective, Operator, Work } from "../../operators/index.ts";
import {
  decodeLaws,
  lawName,
  operatorTime,
  substitutions,
  target,
  type Laws,
  type Surroundings,
  type Target,
} from "./index.ts";
import { peerShare } from "./hosts.ts";
import { fitted as device } from "../fixtures/round.ts";

const BF16 = { name: "bf16", bits: 16 };

function laws(): Laws {
  const decoded = decodeLaws(coefficients);
  assert.ok(decoded.ok, JSON.stringify(decoded));
  return decoded.value;
}

function targetOf(changes: Partial<Device> = {}, around: Partial<Surroundings> = {}): Target {
  const surroundings = { perHost: 8, network: 50e9, graphs: true, ...around };
  const made = target({ device: { ...device, ...changes }, ...surroundings }, laws());
  assert.ok(!("kind" in made), JSON.stringify(made));
  return made;
}

function operator(work: Work, flops: number, read: number, written = 0): Operator {
  return { name: work.kind, group: "mlp", count: 1, work, flops, read, written };
}

function matmul(m: number, n: number, k: number, weights = BF16): Operator {
  const shape = { m, n, k, batch: 1, compute: "bf16", weights, activations: BF16 } as const;
  const read = 2 * m * k + (k * n * weights.bits) / 8;
  return operator({ kind: "matmul", ...shape }, 2 * m * n * k, read, 2 * m * n);
}

function attention(sequences: number, query: number, context: number): Operator {
  const work: Work = {
    kind: "attention",
    sequences,
    query,
    context,
    heads: 32,
    kvHeads: 8,
    headDim: 128,
    valueDim: 128,
    causal: true,
    window: null,
    latent: false,
    compute: "bf16",
    kv: BF16,
  };
  const scores = sequences * 32 * query * (context - (query - 1) / 2);
  return operator(work, 512 * scores, sequences * (context * 4096 + query * 8192));
}

function exchange(pattern: Collective["pattern"], ranks: number, bytes: number): Operator {
  return operator({ kind: "collective", pattern, ranks, bytes }, 0, 0);
}

const size = fc.integer({ min: 1, max: 8192 });

test("operatorTime() of decoding on vector units is a value at a time for each query head, or the cache's traffic", () => {
  const plain = targetOf();
  const slow = operatorTime(attention(64, 1, 4096), { ...plain, vectorAttention: 15 });
  const values = 64 * 32 * 4096 * 256;
  assert.ok(Math.abs(slow.time - slow.overhead - values / (15 * 132 * 1.8e9)) < 1e-9);
  const fast = operatorTime(attention(64, 1, 4096), { ...plain, vectorAttention: 1000 });
  assert.equal(fast.time - fast.overhead, fast.memory);
});

test("operatorTime() of decoding on an array without systolic units streams the cache, however many sequences", () => {
  const [gpu, array] = [targetOf(), targetOf({ kind: "asic" })];
  const many = attention(4096, 1, 128);
  const { time, overhead, memory, compute } = operatorTime(many, array);
  assert.ok(time - overhead < 1.1 * (memory + compute), `${time} ${memory}`);
  assert.ok(operatorTime(many, gpu).time > 1.2 * time);
});

test("operatorTime() of a product is never below its time at full peak and full bandwidth", () => {
  fc.assert(
    fc.property(size, size, size, (m, n, k) => {
      const one = matmul(m, n, k);
      const floor = Math.max(one.flops / 1e15, (one.read + one.written) / 3e12);
      assert.ok(operatorTime(one, targetOf()).time >= floor);
    }),
  );
});

test("operatorTime() falls, never rises, with more arithmetic or bandwidth", () => {
  const base = targetOf();
  const faster = targetOf({ peak: { bf16: 1.3e15 } });
  const wider = targetOf({ memory: { capacity: 80e9, bandwidth: 4e12 } });
  fc.assert(
    fc.property(size, size, size, (m, n, k) => {
      for (const one of [matmul(m, n, k), attention(1 + (m % 64), 1, k + 1), attention(1, n, n)]) {
        const { time } = operatorTime(one, base);
        assert.ok(operatorTime(one, faster).time <= time * (1 + 1e-9));
        assert.ok(operatorTime(one, wider).time <= time * (1 + 1e-9));
      }
    }),
  );
});

test("operatorTime() of twice the depth or the sequences is not less", () => {
  fc.assert(
    fc.property(size, size, size, (m, n, k) => {
      const at = targetOf();
      const once = operatorTime(matmul(m, n, k), at).time;
      assert.ok(operatorTime(matmul(m, n, 2 * k), at).time >= once * 0.999);
      const decode = operatorTime(attention(1 + (m % 128), 1, k + 1), at).time;
      assert.ok(operatorTime(attention(2 * (1 + (m % 128)), 1, k + 1), at).time >= decode * 0.999);
    }),
  );
});

test("operatorTime() of a product of FP8 whose kernel has one tile takes as long for one row as for those of it", () => {
  const peak = { bf16: 1e15, fp8: 2e15 };
  const eight = (m: number): Operator => {
    const plain = matmul(m, 8192, 8192, { name: "fp8", bits: 8 });
    assert.ok(plain.work.kind === "matmul");
    return { ...plain, work: { ...plain.work, compute: "fp8" } };
  };
  const own = targetOf({ peak });
  const tiled = targetOf({ peak, rowsLeast: 1024 });
  const time = (m: number, on: Target) => operatorTime(eight(m), on).time;
  assert.ok(time(1, tiled) > 2 * time(1, own), `${time(1, tiled) / time(1, own)} times`);
  const ratio = time(1, tiled) / time(1024, tiled);
  assert.ok(ratio > 0.75 && ratio <= 1, String(ratio));
  assert.equal(time(2048, tiled), time(2048, own));
  const wide = matmul(1, 8192, 8192);
  assert.equal(operatorTime(wide, tiled).time, operatorTime(wide, own).time);
});

test("operatorTime() of an 8192-cubed BF16 product takes 1.1 TFLOP at 65-90 % of peak", () => {
  const { time, bound, basis } = operatorTime(matmul(8192, 8192, 8192), targetOf());
  const share = (2 * 8192 ** 3) / time / 1e15;
  assert.ok(share > 0.65 && share < 0.9, `${share}`);
  assert.deepEqual([bound, basis], ["compute", "calibrated"]);
});

test("operatorTime() of one row streams the weights: 134 MB at 75-95 % of bandwidth", () => {
  const one = matmul(1, 8192, 8192);
  const { time, bound, overhead } = operatorTime(one, targetOf());
  const share = one.read / (time - overhead) / 3e12;
  assert.ok(share > 0.75 && share < 0.95, `${share}`);
  assert.equal(bound, "memory");
});

test("operatorTime() of weights of 4 bits is less for one row, not for many", () => {
  const packed = { name: "int4", bits: 4 };
  const at = targetOf();
  const few = operatorTime(matmul(1, 16384, 16384, packed), at).time;
  assert.ok(few < 0.6 * operatorTime(matmul(1, 16384, 16384), at).time);
  const many = operatorTime(matmul(8192, 8192, 8192, packed), at).time;
  assert.ok(many > 0.8 * operatorTime(matmul(8192, 8192, 8192), at).time);
});

test("operatorTime() of a benchmark's repeated small buffers is at most that in service", () => {
  const small = matmul(16, 1024, 1024);
  const at = targetOf();
  const repeated = { ...at, repeated: true };
  assert.ok(operatorTime(small, repeated).time <= operatorTime(small, at).time);
});

test("operatorTime() of an all-reduce: nothing alone, more between hosts than within one", () => {
  const at = targetOf();
  assert.equal(operatorTime(exchange("all-reduce", 1, 1e6), at).time, 0);
  const within = operatorTime(exchange("all-reduce", 8, 1e8), at);
  const between = operatorTime(exchange("all-reduce", 16, 1e8), at);
  assert.equal(within.bound, "link");
  assert.ok(between.time > within.time);
  assert.ok(operatorTime(exchange("all-gather", 8, 0), at).time > 0);
});

test("operatorTime() of a small all-reduce launched by the host is several times a replayed one", () => {
  const small = exchange("all-reduce", 8, 16_384);
  const replayed = operatorTime(small, targetOf()).time;
  const launched = operatorTime(small, targetOf({}, { graphs: false })).time;
  assert.ok(launched > 3 * replayed, `${launched} ${replayed}`);
});

test("operatorTime() of a long all-reduce over a mesh has the links to as many peers as take part", () => {
  const link = { bandwidth: 448e9, domain: 8, pair: 48e9 };
  const at = targetOf({ link });
  const two = operatorTime(exchange("all-reduce", 2, 4e9), at);
  const eight = operatorTime(exchange("all-reduce", 8, 4e9), at);
  const rate = ({ time }: { readonly time: number }, ranks: number) =>
    (2 * (ranks - 1) * 4e9) / ranks / time;
  // stas00/ml-engineering network/README.md: 47.7 and 312.9 GB/s of MI300X
  assert.ok(Math.abs(rate(two, 2) / 47.7e9 - 1) < 0.05, `${rate(two, 2)}`);
  assert.ok(Math.abs(rate(eight, 8) / 312.9e9 - 1) < 0.1, `${rate(eight, 8)}`);
});

test("operatorTime() of more ranks than a bridge joins goes over the host, as on cards without it; a pair has its bridge", () => {
  const link = { bandwidth: 300e9, domain: 2 };
  const host = { bandwidth: 63e9 };
  const { link: _, ...bare } = device;
  const bridged = targetOf({ host, link });
  const cards = target(
    { device: { ...bare, host }, perHost: 8, network: 50e9, graphs: true },
    laws(),
  );
  assert.ok(!("kind" in cards));
  const time = (at: Target, ranks: number) =>
    operatorTime(exchange("all-reduce", ranks, 1e8), at).time;
  assert.equal(time(bridged, 4), time(cards, 4));
  assert.equal(time(bridged, 2), time(targetOf({ link }), 2));
  assert.ok(time(bridged, 2) < time(cards, 2) / 2);
  const sent = (at: Target, ranks: number) => operatorTime(exchange("send", ranks, 1e8), at).time;
  assert.equal(sent(bridged, 4), sent(cards, 4));
  const peerBandwidth = 20e9;
  const measured = target(
    { device: { ...bare, host }, perHost: 8, network: 50e9, graphs: true, peerBandwidth },
    laws(),
  );
  assert.ok(!("kind" in measured));
  assert.equal(time(targetOf({ host, link }, { peerBandwidth }), 8), time(measured, 8));
  assert.ok(sent(bridged, 2) < sent(cards, 2) / 2);
});

test("operatorTime() of a small all-reduce of an engine without kernels for it takes the ring's latency", () => {
  const small = exchange("all-reduce", 8, 16_384);
  const direct = operatorTime(small, targetOf()).time;
  const at = targetOf({}, { ringed: 2 });
  const ringed = operatorTime(small, at).time;
  assert.ok(ringed > 2 * direct, `${ringed} ${direct}`);
  // ROCm/rccl pull 929: 25 to 31 us for up to 1,024 bytes
  const two = operatorTime(exchange("all-reduce", 2, 1024), at).time;
  assert.ok(two > 20e-6 && two < 32e-6, `${two}`);
});

/** Cards of a host without links of their own: 32 GB/s each, and what they reach among each other. */
function hostedTarget(peerBandwidth?: number): Target {
  const { link: _, ...bare } = device;
  const hosted = { ...bare, id: "card", host: { bandwidth: 32e9 } };
  const measured = peerBandwidth === undefined ? {} : { peerBandwidth };
  const at = { device: hosted, perHost: 4, network: 12.5e9, graphs: true, ...measured };
  const made = target(at, laws());
  assert.ok(!("kind" in made), JSON.stringify(made));
  return made;
}

test("operatorTime() of a long all-reduce through a host follows the rate measured there", () => {
  const long = exchange("all-reduce", 4, 1e9);
  const slow = operatorTime(long, hostedTarget(4e9));
  const fast = operatorTime(long, hostedTarget(16e9));
  assert.ok(Math.abs(slow.time / fast.time - 4) < 0.2, `${slow.time} ${fast.time}`);
  // 2 · 3/4 · 1 GB at 4 GB/s is 375 ms
  assert.ok(slow.time > 0.8 * 0.375 && slow.time < 1.4 * 0.375, `${slow.time}`);
});

test("operatorTime() through a host that nobody measured is less sure than through one that was", () => {
  const one = exchange("all-reduce", 4, 1e6);
  const unknown = operatorTime(one, hostedTarget());
  const known = operatorTime(one, hostedTarget(8e9));
  assert.deepEqual([unknown.basis, known.basis], ["analytic", "transferred"]);
  assert.ok(unknown.spread > known.spread);
});

test("operatorTime() of a small all-reduce: two cards read each other, four take the ring's latency", () => {
  const at = hostedTarget(8e9);
  const two = operatorTime(exchange("all-reduce", 2, 256), at).time;
  const four = operatorTime(exchange("all-reduce", 4, 256), at).time;
  assert.ok(four > 1.8 * two, `${two} ${four}`);
});

test("operatorTime() launched through an older release, or by a slower host, takes as much longer", () => {
  const small = exchange("all-reduce", 8, 1024);
  const at = targetOf({}, { graphs: false });
  const usual = operatorTime(small, at).time;
  const shape = at.laws["collective/linked"].shape;
  const older = operatorTime(small, { ...at, launch: { ...at.launch, older: true } }).time;
  const slower = operatorTime(small, { ...at, launch: { ...at.launch, host: 3 } }).time;
  assert.ok(Math.abs(older / usual - shape.older) < 0.05, `${older} ${usual}`);
  assert.ok(Math.abs(slower / usual - 3 / at.launch.host) < 0.05, `${slower} ${usual}`);
});

test("peerShare() is held beyond the measured numbers, and in between on both logarithms", () => {
  const peers = [
    { ranks: 2, share: 0.8 },
    { ranks: 8, share: 0.2 },
  ];
  assert.equal(peerShare(peers, 2), 0.8);
  assert.ok(Math.abs(peerShare(peers, 4) - 0.4) < 1e-12);
  assert.equal(peerShare(peers, 16), 0.2);
  assert.equal(peerShare([], 4), 1);
});

test("lawName() follows the format a device falls back on", () => {
  const wanted = { ...matmul(16, 64, 64).work, compute: "fp8", weights: { name: "fp8", bits: 8 } };
  assert.equal(lawName(wanted as Work, targetOf()), "matmul/fp8");
  assert.equal(lawName(wanted as Work, targetOf({ peak: { bf16: 1e15 } })), "matmul/weight-only");
});

test("substitutions() names what stands in, and refuses integers for floats", () => {
  const wanted = { ...matmul(16, 64, 64).work, compute: "fp8" } as Work;
  const one = operator(wanted, 1, 1);
  assert.deepEqual(substitutions([one], targetOf()), []);
  const without = substitutions([one], targetOf({ peak: { bf16: 1e15 } }));
  assert.deepEqual(without, ["Test has no fp8 units; computed in bf16"]);
  const refused = substitutions([one], targetOf({ peak: { int8: 1e15 } }));
  assert.equal("kind" in refused && refused.reason, "precision");
});

test("target() of a device without bandwidth is infeasible for want of figures", () => {
  const { memory: _, ...bare } = device;
  const made = target({ device: bare, perHost: 8, network: 1, graphs: true }, laws());
  assert.equal("kind" in made && made.reason, "figures");
});

test("target() carries coefficients to an unknown device, with a wider spread", () => {
  const one = matmul(64, 4096, 4096);
  const known = operatorTime(one, targetOf());
  const unknown = operatorTime(one, targetOf({ id: "unknown" }));
  const unlike = operatorTime(one, targetOf({ id: "unknown", kind: "tpu" }));
  assert.deepEqual([unknown.basis, unlike.basis], ["transferred", "analytic"]);
  assert.ok(known.spread < unknown.spread && unknown.spread < unlike.spread);
});

test("decodeLaws() refuses a file that lacks a law, saying which", () => {
  const { scan: _, ...fewer } = coefficients.laws;
  const decoded = decodeLaws({ ...coefficients, laws: fewer });
  assert.ok(!decoded.ok);
  assert.deepEqual(decoded.error.path, ["laws", "scan"]);
});

test("operatorTime() of one row on a GPU without matrix units streams weights of four bits, not tiles of sixteen", () => {
  const slow = {
    peak: { fp16: 13.6e12 },
    vector: 13.6e12,
    memory: { bandwidth: 400e9 },
    units: 38,
  };
  const at = targetOf(slow);
  const packed = { name: "q4_0", bits: 4.5 };
  const { time, bound } = operatorTime(matmul(1, 14336, 4096, packed), at);
  const streamed = (14336 * 4096 * 4.5) / 8 / 400e9;
  assert.equal(bound, "memory");
  assert.ok(time > streamed && time < 1.5 * streamed, String(time / streamed));
});

test("operatorTime() of a recurrence reads weights that the cache does not keep at every step", () => {
  const sizes = { m: 1, n: 4096, k: 2048, steps: 100 };
  const shape = { kind: "recurrent", ...sizes, compute: "bf16", weights: BF16 } as const;
  const bytes = 2 * 4096 * 2048;
  const one = operator({ ...shape, activations: BF16 }, 2 * bytes * 50, bytes);
  const memory = (cache: number) => operatorTime(one, targetOf({ cache })).memory;
  assert.ok(
    Math.abs(memory(1e6) / memory(400e6) / 100 - 1) < 0.05,
    String(memory(1e6) / memory(400e6)),
  );
});

test("operatorTime() of a large product takes as much longer as a device's best product stays below others", () => {
  const large = matmul(8192, 8192, 8192);
  const usual = operatorTime(large, targetOf()).compute;
  const half = operatorTime(large, targetOf({ reached: { bf16: 0.41e15 } })).compute;
  assert.ok(half / usual > 1.9 && half / usual <= 2, String(half / usual));
});

test("operatorTime() of scores on a processor is five cycles of a core each, and on a card one pass of the device", () => {
  const elements = 1e9;
  const choosing: Operator = {
    name: "boxes",
    group: "head",
    count: 1,
    work: { kind: "host", elements },
    flops: 0,
    read: 0,
    written: 0,
  };
  const cores = operatorTime(choosing, targetOf({ kind: "cpu", units: 64, clock: 2e9 }));
  assert.ok(Math.abs(cores.time - (5 * elements) / (64 * 2e9)) < 1e-9);
  const card = operatorTime(choosing, targetOf());
  assert.ok(card.time < cores.time && card.memory >= (2 * elements) / 3e12);
});

test("operatorTime() of convolutions in 32 bits of a GPU: TF32 below its peak, vector units above, filters of 3 × 3 most", () => {
  const wide = { name: "fp32", bits: 32 };
  const of = (compute: "tf32" | "fp32", side: number, kind: "gpu" | "cpu" = "gpu") => {
    const k = 256 * side * side;
    const size = { m: 1e6, n: 256, k, groups: 1, kernel: [side, side] };
    const work = {
      kind: "convolution",
      ...size,
      compute,
      weights: wide,
      activations: wide,
    } as const;
    const peak = { bf16: 1e15, tf32: 1e14, fp32: 1e14 };
    return operatorTime(operator(work, 2e6 * 256 * k, 1e6, 1e6), targetOf({ peak, kind })).compute;
  };
  const per = (compute: "tf32" | "fp32", side: number) =>
    of(compute, side) / of(compute, side, "cpu");
  assert.ok(Math.abs(per("tf32", 1) - 1 / 0.62) < 0.02, String(per("tf32", 1)));
  assert.ok(Math.abs(per("fp32", 1) - 1 / 1.35) < 0.02);
  assert.ok(Math.abs(per("fp32", 3) - 1 / 1.35 / 1.25) < 0.02);
});
