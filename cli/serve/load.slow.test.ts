import assert from "node:assert/strict";
import { test } from "node:test";
import { ran } from "../_fake-shell.ts";
import { asked, serverForTests } from "./_server.ts";

const MODEL = "Qwen/Qwen3-32B";

test("200 plans asked at once, each of its own rate, are all answered", async (t) => {
  const { address, desk } = await serverForTests(t, { seconds: 600 });
  const replies = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      asked(address, "plan", {
        model: MODEL,
        device: ["h100-sxm", "mi300x"],
        rate: `${1 + index / 10}/s`,
        simulate: false,
      }),
    ),
  );
  assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200]);
  for (const { text } of replies) assert.ok(JSON.parse(text).plans.length > 0);
  assert.deepEqual(desk.state(), { computing: 0, waiting: 0, answered: 200 });
});

test("POST /api/validate is byte for byte what tenlane validate --json prints", async (t) => {
  const { address } = await serverForTests(t, { seconds: 600 });
  const { status, text } = await asked(address, "validate", {});
  assert.equal(status, 200);
  assert.equal(text, (await ran(["validate", "--json"])).out);
});
