import assert from "node:assert/strict";
import { test } from "node:test";
import { lineReader, traceFormatOf } from "./trace-line.ts";

/** Three lines as each data set prints them, and the requests they are. */
const FORMATS = {
  azure: {
    lines: [
      "TIMESTAMP,ContextTokens,GeneratedTokens",
      "2023-11-16 18:15:46.6805900,374,44",
      "2023-11-16 18:15:50.9951690,396,109",
    ],
    times: [0, 4.314579],
    lengths: [374, 44, 396, 109],
  },
  burstgpt: {
    lines: [
      "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type",
      "5,ChatGPT,472,18,490,Conversation log",
      "45,ChatGPT,1087,230,1317,Conversation log",
    ],
    times: [0, 40],
    lengths: [472, 18, 1087, 230],
  },
  mooncake: {
    lines: [
      '{"timestamp": 27482, "input_length": 6955, "output_length": 52, "hash_ids": [46, 47, 2353]}',
      '{"timestamp": 30535, "input_length": 600, "output_length": 26, "hash_ids": [46, 2366]}',
    ],
    times: [0, 3.053],
    lengths: [6955, 52, 600, 26],
  },
} as const;

for (const [format, { lines, times, lengths }] of Object.entries(FORMATS)) {
  test(`traceFormatOf() knows ${format} by its first line`, () => {
    assert.equal(traceFormatOf(lines[0]), format);
  });

  test(`lineReader() of ${format} gives times from the first request on, and lengths`, () => {
    const read = lineReader(format as keyof typeof FORMATS);
    const arrivals = lines.flatMap((line) => {
      const result = read(line);
      assert.ok(result.ok);
      return result.value === null ? [] : [result.value];
    });
    arrivals.forEach(({ time }, index) => assert.ok(Math.abs(time - (times[index] ?? -1)) < 1e-6));
    assert.deepEqual(
      arrivals.flatMap(({ input, output }) => [input, output]),
      lengths,
    );
  });
}

test("lineReader() of mooncake gives blocks of 512 tokens, the last one shorter", () => {
  const result = lineReader("mooncake")(FORMATS.mooncake.lines[1]);
  assert.ok(result.ok);
  assert.deepEqual(result.value?.pieces, [
    { key: 46, tokens: 512 },
    { key: 2366, tokens: 88 },
  ]);
});

const BAD = [
  ["azure", "2023-11-16 18:15,374,44", "a time"],
  ["azure", "2023-13-16 18:15:46.68,374,44", "a time"],
  ["azure", "2023-02-29 18:15:46.68,374,44", "a time"],
  ["azure", "2023-11-16 24:15:46.68,374,44", "a time"],
  ["azure", "2023-11-16 18:15:46.68,many,44", "a whole number"],
  ["burstgpt", ",ChatGPT,472,18,490,x", "a time"],
  ["burstgpt", "5,ChatGPT", "a whole number"],
  ["mooncake", "{", "an object in one line"],
  ["mooncake", '{"timestamp": 1, "input_length": "6"}', "a whole number"],
  [
    "mooncake",
    '{"timestamp": 1, "input_length": 6, "output_length": 1, "hash_ids": [1, "a"]}',
    "a list of whole numbers",
  ],
] as const;

for (const [format, line, expected] of BAD) {
  test(`lineReader() of ${format} refuses ${line}`, () => {
    const read = lineReader(format);
    if (format !== "mooncake") read(FORMATS[format].lines[0]);
    const result = read(line);
    assert.ok(!result.ok);
    assert.equal(result.error.expected, expected);
  });
}

test("lineReader() refuses a time before that of the line above", () => {
  const read = lineReader("burstgpt");
  FORMATS.burstgpt.lines.forEach(read);
  assert.equal(read("44,ChatGPT,1,1,2,x").ok, false);
});

test("lineReader() refuses a head without the columns it needs", () => {
  assert.equal(lineReader("azure")("TIMESTAMP,Tokens").ok, false);
});
