/** Measures again what a certificate claims, here, and says of each claim whether it holds. */
import type { GraphProto } from "onnx-buf";
import type { Seconds } from "../units.ts";
import type { Certificate } from "./certificate.ts";
import { judge, type Metric } from "./guard/index.ts";
import type { Comparison, Outcome, Ratio, Runner, Session, Tensors } from "./runner.ts";
import { isGain, isLoss, SHIPPED, type Candidate } from "./search/index.ts";

/**
 * `holds`: found as claimed, or better. `weaker`: true, and less so. `fails`: not so here. `unknown`: not measured here.
 */
export type ClaimState = "holds" | "weaker" | "fails" | "unknown";

export interface ClaimFound {
  readonly claim: string;
  readonly claimed: string;
  readonly found: string;
  readonly state: ClaimState;
}

export interface VerifyAsk {
  readonly certificate: Certificate;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** Of `before`. */
  readonly graph: GraphProto;
  /** The samples that were judged on, or as near as can be had; with their digest. */
  readonly samples: readonly Tensors[];
  readonly samplesHash: string;
  readonly hash: (bytes: Uint8Array) => string;
  readonly runner: Runner;
  readonly session: Session;
  readonly cores: number;
  readonly metric?: Metric;
  readonly budget: Seconds;
  readonly note: (text: string, share: number) => void;
}

export async function verify(ask: VerifyAsk): Promise<readonly ClaimFound[]> {
  const { certificate, hash, before, after } = ask;
  const { input, output, heldOut } = certificate;
  return [
    sameHash("the model is the one certified", input.sha256, hash(before)),
    sameHash("the result is the one certified", output.sha256, hash(after)),
    samplesClaim(heldOut.sha256, ask.samplesHash, heldOut.isGenerated),
    ...(await soundness(ask)),
    ...(await speeds(ask)),
  ];
}

function sameHash(claim: string, claimed: string, found: string): ClaimFound {
  const state = claimed === found ? "holds" : "fails";
  return { claim, claimed: claimed.slice(0, 12), found: found.slice(0, 12), state };
}

/** Made-up samples are made again; the user's may not be at hand. */
function samplesClaim(claimed: string, found: string, isGenerated: boolean): ClaimFound {
  const claim = isGenerated ? "samples made up are the same" : "samples are the same";
  const same = sameHash(claim, claimed, found);
  return same.state === "holds" ? same : { ...same, state: "unknown" };
}

function chosenOf({ candidates, chosen }: Certificate): Candidate | null {
  return candidates.find(({ name }) => name === chosen) ?? null;
}

async function soundness(ask: VerifyAsk): Promise<readonly ClaimFound[]> {
  const { certificate, runner, session, before, after, samples, graph, metric } = ask;
  const claim = "outputs are sound";
  const chosen = chosenOf(certificate);
  const claimed = chosen?.verdict?.reason ?? "equal";
  if (certificate.chosen === SHIPPED || chosen === null) return [];
  ask.note(claim, 0.1);
  const wanted = await runner.outputs(before, samples, { ...session, optimises: false });
  const got = await runner.outputs(after, samples, session);
  if (wanted.kind === "failed") return [unknown(claim, claimed, wanted)];
  if (got.kind === "failed") return [{ ...unknown(claim, claimed, got), state: "fails" }];
  const { outputs } = certificate.question;
  const verdict = judge({
    graph,
    reference: wanted.value.map((each) => kept(each, outputs)),
    candidate: got.value,
    level: chosen.level,
    isGenerated: certificate.heldOut.isGenerated,
    ...(metric === undefined ? {} : { metric }),
  });
  const { unrounded } = certificate;
  if (unrounded !== undefined) return [roundingClaim(unrounded, verdict.errors)];
  const state = verdict.isSound ? "holds" : "fails";
  return [{ claim, claimed, found: verdict.reason, state }];
}

/** A file shipped in few bits is as far from its result as its own rounding. */
const ROUNDING_SLACK = 3;

function roundingClaim(
  unrounded: number,
  errors: readonly { readonly decibels: number }[],
): ClaimFound {
  const found = Math.min(200, ...errors.map(({ decibels }) => decibels));
  return {
    claim: "outputs are as far from the file as its own rounding",
    claimed: `${unrounded.toFixed(1)} dB`,
    found: `${found.toFixed(1)} dB`,
    state: found >= unrounded - ROUNDING_SLACK ? "holds" : "fails",
  };
}

function kept(sample: Tensors, outputs: readonly string[] | null): Tensors {
  if (outputs === null) return sample;
  return Object.fromEntries(Object.entries(sample).filter(([name]) => outputs.includes(name)));
}

async function speeds(ask: VerifyAsk): Promise<readonly ClaimFound[]> {
  const { certificate, cores, session } = ask;
  const final = certificate.finals.find(({ name }) => name === certificate.chosen);
  if (final === undefined) return [];
  const one = await speed(ask, session.threads, final.comparison);
  if (final.all === undefined || cores <= session.threads) return [one];
  return [one, await speed(ask, cores, final.all)];
}

async function speed(ask: VerifyAsk, threads: number, claimed: Comparison): Promise<ClaimFound> {
  const { runner, before, after, samples, budget } = ask;
  const claim = isGain(claimed, threads) ? "faster" : "not slower";
  const name = `${claim} at ${threads} thread${threads === 1 ? "" : "s"}`;
  ask.note(name, 0.5);
  const session = { ...ask.session, threads };
  const feeds = samples.slice(0, 4);
  const subject = (model: Uint8Array) => ({ model, session, feeds });
  const found = await runner.compare(subject(before), subject(after), budget / 3);
  if (found.kind === "failed") return unknown(name, ratioText(claimed.ratio), found);
  const comparison = found.value;
  const state =
    claim === "faster"
      ? gainState(claimed.ratio, comparison, threads)
      : isLoss(comparison)
        ? "fails"
        : "holds";
  return {
    claim: name,
    claimed: ratioText(claimed.ratio),
    found: ratioText(comparison.ratio),
    state,
  };
}

/** As claimed where the intervals meet, weaker where it is still a gain. */
function gainState(claimed: Ratio, comparison: Comparison, threads: number): ClaimState {
  if (!isGain(comparison, threads)) return "fails";
  return comparison.ratio.upper >= claimed.lower ? "holds" : "weaker";
}

function ratioText({ lower, middle, upper }: Ratio): string {
  return `${middle.toFixed(2)}× [${lower.toFixed(2)}–${upper.toFixed(2)}]`;
}

function unknown(
  claim: string,
  claimed: string,
  { reason, message }: Extract<Outcome<unknown>, { readonly kind: "failed" }>,
): ClaimFound {
  return { claim, claimed, found: `${reason}: ${message}`, state: "unknown" };
}
