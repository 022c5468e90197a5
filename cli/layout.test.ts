import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { displayWidth, truncated } from "./display-width.ts";
import { laidOut } from "./layout.ts";

const plain = (columns: number) => ({ columns, isColoured: false });

test("displayWidth() counts Korean and Chinese characters as two columns", () => {
  assert.equal(displayWidth("한국어"), 6);
  assert.equal(displayWidth("芯片 ok"), 7);
});

test("displayWidth() does not count colours", () => {
  assert.equal(displayWidth("\u001b[1mbold\u001b[22m"), 4);
});

test("truncated() never takes more columns than it has", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat({ max: 20 }), (text, columns) => {
      assert.ok(displayWidth(truncated(text, columns)) <= columns);
    }),
  );
});

test("laidOut() aligns columns and trims lines", () => {
  const columns = [
    { title: "name", align: "left" },
    { title: "n", align: "right" },
  ] as const;
  const rows = [
    ["한국", "1"],
    ["abcdef", "20"],
  ];
  assert.equal(laidOut({ columns, rows }, plain(80)), "name     n\n한국     1\nabcdef  20\n");
});

test("laidOut() cuts flexible columns first", () => {
  const columns = [
    { title: "a", align: "left", flexible: true },
    { title: "b", align: "left" },
  ] as const;
  const text = laidOut({ columns, rows: [["x".repeat(40), "kept whole"]] }, plain(30));
  assert.match(text, /x…  kept whole/u);
});

test("laidOut() leaves out what may go, the most expendable first, and names it", () => {
  const columns = [
    { title: "device", align: "left", flexible: true },
    { title: "least", align: "right", expendable: 2 },
    { title: "less", align: "right", expendable: 1 },
  ] as const;
  const rows = [["a".repeat(12), "1", "2"]];
  const laid = (width: number): string => laidOut({ columns, rows }, plain(width));
  assert.equal(laid(25), "device        least  less\naaaaaaaaaaaa      1     2\n");
  assert.equal(
    laid(24),
    "device        less\naaaaaaaaaaaa     2\nnot shown in 24 columns: least\n",
  );
  assert.equal(laid(17), "device\naaaaaaaaaaaa\nnot shown in 17 columns: least, less\n");
});

test("laidOut() never exceeds the width where columns can shrink to it", () => {
  const cell = fc
    .string({ unit: "grapheme", maxLength: 60 })
    .map((text) => text.replaceAll(/\p{C}/gu, ""));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell, cell)),
      fc.integer({ min: 20, max: 90 }),
      (rows, width) => {
        const columns = ["one", "two", "three"].map((title) => ({
          title,
          align: "right" as const,
        }));
        for (const line of laidOut({ columns, rows }, plain(width)).split("\n")) {
          assert.ok(displayWidth(line) <= width, `${displayWidth(line)} > ${width}: ${line}`);
        }
      },
    ),
  );
});
