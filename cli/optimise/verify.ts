/** `tenlane verify`, from a certificate and two files to what holds of it here. */
import { dirname, join, resolve } from "node:path";
import {
  decodeCertificate,
  verify,
  type Certificate,
  type ClaimFound,
} from "../../core/optimise/index.ts";
import { onnxRunner } from "../../measure/onnx/index.ts";
import type { Answer } from "../answer.ts";
import type { VerifyOptions } from "../commands/verify.ts";
import { readJson } from "../files.ts";
import { accepted } from "../input-error.ts";
import { laidOut } from "../layout.ts";
import { paint } from "../paint.ts";
import type { Shell } from "../shell.ts";
import { decodingOf, loopRunner } from "./decoding.ts";
import { sha256 } from "./digests.ts";
import { metricFrom } from "./metric.ts";
import { modelFileFrom } from "./model-file.ts";
import { sampleSets, setDigest } from "./samples.ts";
import { search } from "./search-progress.ts";
import { coresOf, providerOf } from "./targets.ts";

/** Errors: a certificate or a file that is refused. */
export async function verified(
  name: string,
  options: VerifyOptions,
  shell: Shell,
): Promise<Answer> {
  const path = resolve(shell.folder, name);
  const certificate = accepted(decodeCertificate(await readJson(path)), name);
  const { question, input, output, heldOut } = certificate;
  const beside = (file: string) => join(dirname(path), file);
  const model = options.model ?? beside(input.name);
  const before = await modelFileFrom(model, question.sizes, shell);
  const isNative = question.target === "native";
  const decoding = isNative ? await decodingOf(model, question.sizes, shell) : null;
  const after = await modelFileFrom(
    options.result ?? beside(output.name),
    { ...decoding?.sizes },
    shell,
  );
  const own = heldOut.isGenerated ? null : (options.calibration ?? null);
  const { pixels } = options;
  const wanted = { folder: own, ...(pixels === undefined ? {} : { pixels }) };
  const local = onnxRunner({ beside: dirname(before.path), stop: shell.interruption() });
  const looped = decoding && { decoder: decoding.decoder, runner: local };
  const sets = await sampleSets(before, wanted, shell, looped);
  const used = sets.heldOut.samples.slice(0, heldOut.count);
  const metric = await metricFrom(options, shell);
  const progress = search(shell);
  const claims = await verify({
    certificate,
    before: before.bytes,
    after: after.bytes,
    graph: before.graph,
    samples: used,
    samplesHash: setDigest(sets.heldOut, heldOut.count).sha256,
    hash: sha256,
    runner: decoding === null ? local : loopRunner(local, decoding.decoder, used),
    session: {
      threads: question.threads,
      provider: providerOf(question.target),
      optimises: true,
    },
    cores: coresOf(question.target),
    ...(metric === null ? {} : { metric }),
    budget: options.budget,
    note: progress.note,
  });
  progress.end();
  return verifyAnswer(name, certificate, claims);
}

function verifyAnswer(
  name: string,
  { machine }: Certificate,
  claims: readonly ClaimFound[],
): Answer {
  const failed = claims.filter(({ state }) => state === "fails").length;
  const verdict = failed === 0 ? "nothing in it fails here" : `${failed} of ${claims.length} fail`;
  return {
    json: { certificate: name, holds: failed === 0, claims },
    text: (shell) =>
      [
        paint(shell, "bold", `${name}, made on ${machine.processor}: ${verdict}`),
        "",
        laidOut(
          {
            columns: [
              { title: "claim", align: "left" },
              { title: "claimed", align: "left", flexible: true },
              { title: "found here", align: "left", flexible: true },
              { title: "", align: "left" },
            ],
            rows: claims.map(({ claim, claimed, found, state }) => [claim, claimed, found, state]),
          },
          shell,
        ),
        "",
      ].join("\n"),
  };
}
