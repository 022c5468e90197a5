import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  choiceField,
  flagField,
  listField,
  numberField,
  readValues,
  textField,
  writeValues,
} from "./address.ts";

const fields = {
  model: textField("a"),
  rate: numberField(8, { min: 0.1, max: 100 }),
  budget: numberField(null, { min: 1, max: 10 }),
  objective: choiceField(["cost", "energy"], "cost"),
  vendors: listField(),
  announced: flagField(),
};

const word = fc
  .string({ minLength: 1, maxLength: 9 })
  .filter((text) => text.trim() !== "" && !text.includes(","));

const values = fc.record(
  {
    model: fc.string(),
    rate: fc.option(fc.double({ min: 0.1, max: 100, noNaN: true })),
    budget: fc.option(fc.double({ min: 1, max: 10, noNaN: true })),
    objective: fc.constantFrom("cost" as const, "energy" as const),
    vendors: fc.array(word),
    announced: fc.boolean(),
  },
  { noNullPrototype: true },
);

test("an address gives back the values it was written from, a limit that was cleared among them", () => {
  fc.assert(
    fc.property(values, (state) => {
      const query = new URLSearchParams(writeValues(fields, state));
      assert.deepEqual(readValues(fields, query), state);
    }),
  );
});

test("values that equal their fallbacks take no room", () => {
  assert.equal(writeValues(fields, readValues(fields, new URLSearchParams())), "");
});

test("what cannot be read is the fallback: an address never breaks a view", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(fields)), fc.string()), (query) => {
      const read = readValues(fields, new URLSearchParams(query));
      assert.ok(read.rate === null || (read.rate >= 0.1 && read.rate <= 100));
      assert.ok(["cost", "energy"].includes(read.objective));
    }),
  );
  assert.equal(readValues(fields, new URLSearchParams("rate=1e9")).rate, 8);
  assert.equal(readValues(fields, new URLSearchParams("rate=")).rate, null);
});
