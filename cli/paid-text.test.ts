import assert from "node:assert/strict";
import { test } from "node:test";
import { ran } from "./_fake-shell.ts";
import { paidText } from "./paid-text.ts";

test("paidText() is the offer and its price's date, with its age where the day is known", () => {
  const offer = {
    id: "aws/p5.48xlarge/us-east-1/on-demand",
    provider: "aws",
    name: "p5.48xlarge",
    region: "us-east-1",
    kind: "on-demand",
    device: "h100-sxm",
    count: 8,
    date: "2026-07-20",
    source: "sheet",
  } as const;
  const sold = "aws p5.48xlarge us-east-1, on-demand, price of 2026-07-20";
  assert.equal(paidText({ offer }, {}), sold);
  assert.equal(paidText({ offer }, { today: "2026-07-27" }), `${sold}, 7 days old`);
  const { date: _, ...dateless } = offer;
  assert.match(paidText({ offer: dateless }, { today: "2026-07-27" }), /price of unknown date$/u);
  assert.equal(paidText({}, { today: "2026-07-27" }), "no price known");
});

for (const command of ["plan", "estimate", "simulate", "capacity"]) {
  test(`tenlane ${command} says how old the price is that it used`, async () => {
    const rate = command === "estimate" || command === "capacity" ? [] : ["--rate", "4/s"];
    const limits = command === "capacity" ? ["--ttft", "1s", "--tpot", "50ms"] : [];
    const run = ["simulate", "capacity"].includes(command) ? ["--requests", "200"] : [];
    const args = [command, "llama-3.1-8b", "--device", "h100-sxm", ...rate, ...limits, ...run];
    const { status, out, err } = await ran(args, { today: "2027-01-01" });
    assert.equal(status, 0, err);
    assert.match(
      out,
      /aws p5\.4xlarge us-east-1, on-demand, price\sof\s2026-07-20,\s165\sdays\sold/u,
    );
  });
}
