import assert from "node:assert/strict";
import { test } from "node:test";
import { withParticle } from "./particles.ts";

test("a particle follows the last sound of Hangul, of digits and of Latin letters as Koreans read them", () => {
  assert.equal(withParticle("비용", "은/는"), "비용은");
  assert.equal(withParticle("메모리", "을/를"), "메모리를");
  assert.equal(withParticle("H100", "이/가"), "H100이");
  assert.equal(withParticle("A2", "이/가"), "A2가");
  assert.equal(withParticle("NVL", "과/와"), "NVL과");
  assert.equal(withParticle("TPOT", "은/는"), "TPOT는");
});

test("after rieul, as after a vowel, it is 로", () => {
  assert.equal(withParticle("서울", "으로/로"), "서울로");
  assert.equal(withParticle("FP8", "으로/로"), "FP8로");
  assert.equal(withParticle("INT4", "으로/로"), "INT4로");
  assert.equal(withParticle("B300", "으로/로"), "B300으로");
});

test("brackets and dots at the end are not read", () => {
  assert.equal(withParticle("H200 (NVL)", "은/는"), "H200 (NVL)은");
});
