import assert from "node:assert/strict";
import { test } from "node:test";
import { ROW } from "./fixtures/row.ts";
import { dealtOver, launchShare, passesOf } from "./passes.ts";

const of = (model: string, notes: string) => ({ ...ROW, model, notes });

test("launchShare() of a guided step is half a launch for each of its two passes, a distilled model's whole", () => {
  const guided = of("stabilityai/stable-diffusion-2-1", "text-to-image; Denoising steps=25");
  assert.deepEqual([launchShare(guided), passesOf(guided)], [0.5, 50]);
  const distilled = of("stabilityai/sdxl-turbo", "text-to-image; Denoising steps=25");
  assert.deepEqual([launchShare(distilled), passesOf(distilled)], [1, 25]);
  assert.equal(launchShare(of("resnet50", "")), 1);
});

test("launchShare() of xDiT is two, and a tenth of that more for each further device of a ring, not for heads dealt out", () => {
  const dealt = (ring: number, heads: number) =>
    launchShare(
      of("FLUX.1-dev", `inference_steps=50, ring_degree=${ring}, ulysses_degree=${heads}`),
    );
  assert.deepEqual([dealt(1, 1), dealt(1, 8)], [2, 2]);
  assert.ok(Math.abs(dealt(8, 1) - 3.4) < 1e-12);
});

test("passesOf() of MLPerf's video is 20 guided steps, of DLRMv3 one request; one video at a time is dealt over a host", () => {
  const submitted = (model: string) => ({ ...of(model, "v6.0"), id: "mlpi-1", accelerators: 8 });
  const video = submitted("Wan2.2-T2V-A14B");
  assert.deepEqual([passesOf(video), passesOf(submitted("MLPerf wan-2.2-t2v-a14b"))], [40, 40]);
  assert.deepEqual([passesOf(submitted("DLRM-v3")), passesOf(submitted("DLRM-DCNv2"))], [1, 270]);
  const phase = "single_batch_latency";
  assert.deepEqual([dealtOver(video), dealtOver({ ...video, phase })], [1, 8]);
});
