import assert from "node:assert/strict";
import { test } from "node:test";
import { progress } from "./progress.ts";
import { columnsOf, isColoured } from "./shell.ts";

test("isColoured() is the terminal's answer unless the environment says otherwise", () => {
  assert.equal(isColoured({}, true), true);
  assert.equal(isColoured({}, false), false);
  assert.equal(isColoured({ NO_COLOR: "1", FORCE_COLOR: "1" }, true), false);
  assert.equal(isColoured({ NO_COLOR: "" }, true), true);
  assert.equal(isColoured({ FORCE_COLOR: "1" }, false), true);
  assert.equal(isColoured({ TERM: "dumb" }, true), false);
});

test("columnsOf() is the terminal's width, or COLUMNS where it is exported, or 100 where there is neither", () => {
  assert.equal(columnsOf({}, 80), 80);
  assert.equal(columnsOf({ COLUMNS: "60" }, 80), 60);
  assert.equal(columnsOf({ COLUMNS: "60" }, 0), 60);
  assert.equal(columnsOf({ COLUMNS: "wide" }, 0), 100);
  assert.equal(columnsOf({ COLUMNS: "1" }, 80), 20);
});

test("progress() is silent for the first second and clears its line at the end", () => {
  let clock = 0;
  let text = "";
  const shell = {
    print: () => undefined,
    note: (part: string) => void (text += part),
    columns: 80,
    isColoured: false,
    isWatched: true,
    environment: {},
    folder: ".",
    interruption: () => new AbortController().signal,
  };
  const bar = progress(shell, "planning", () => clock);
  bar.reach(1, 10);
  assert.equal(text, "");
  clock = 1500;
  bar.reach(5, 10);
  assert.match(text, /━{12}─{12} {2}50 % planning$/u);
  text = "";
  progress({ ...shell, columns: 30 }, "planning", () => (clock += 2000)).reach(5, 10);
  assert.equal(text.replace("\r", "").length, 29);
  bar.end();
  assert.ok(text.endsWith("\r\u001b[K"));
  text = "";
  progress({ ...shell, isWatched: false }, "planning", () => clock + 5000).reach(1, 2);
  assert.equal(text, "");
});
