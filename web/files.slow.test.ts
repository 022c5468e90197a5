import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { decode } from "fast-png";
import type { Browser, Locator, Page } from "playwright-core";
import { emptyFolder, ran } from "../cli/_fake-shell.ts";
import { file, node, value, weights } from "../core/model/onnx/_fake-models.ts";
import { openBrowser, openedPage, saved, servedPage, VIEWS, type Opened } from "./_site.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- figures of ten views, read by their names
type Json = any;

let site: Awaited<ReturnType<typeof servedPage>>;
let browser: Browser;

before(async () => {
  site = await servedPage();
  browser = await openBrowser();
});

after(async () => {
  await browser.close();
  await site.close();
});

function opened(hash: string): Promise<Opened> {
  return openedPage(browser, site, hash);
}

for (const view of VIEWS) {
  test(`${view} is saved as SVG with its legend and in plain colours, as PNG, CSV and JSON`, async () => {
    const { page, problems } = await opened(`#${view}?lang=en`);
    const charts = page.locator("figure.chart");
    await charts.first().locator(".plot svg").last().waitFor();
    // A chart is drawn anew a moment after its figures came.
    await page.waitForTimeout(500);
    for (const chart of await charts.all()) {
      const button = (name: string) => () => chart.getByRole("button", { name }).click();
      const drawn = chart.locator(".plot svg").last();
      await drawn.waitFor();
      const svg = (await saved(page, button("SVG"))).toString();
      const [, width = ""] = /^<svg[^>]* width="([\d.]+)"/u.exec(svg) ?? [];
      assert.ok(Number(width) > 400, svg.slice(0, 200));
      assert.doesNotMatch(svg, /var\(--/u);
      for (const name of await chart.locator("[class*=-swatch]:has(> svg)").allTextContents()) {
        assert.ok(svg.includes(`>${name.replaceAll("&", "&amp;")}</text>`), `legend "${name}"`);
      }
      const png = decode(await saved(page, button("PNG")));
      assert.equal(png.width, Math.floor(2 * Number(width)));
      const colours = new Set(new Uint32Array(png.data.slice().buffer));
      assert.ok(colours.size > 8, `a picture of ${colours.size} colours`);
    }
    const actions = page.locator("#answer > .actions").first();
    const button = (name: string) => () => actions.getByRole("button", { name }).click();
    const lines = (await saved(page, button("CSV"))).toString().trim().split("\r\n");
    assert.ok(lines.length > 1, lines.join("\n"));
    assert.ok(JSON.parse((await saved(page, button("JSON"))).toString()) !== null);
    assert.deepEqual(problems, []);
    await page.context().close();
  });
}

test("names of a legend stand beside each other in the saved SVG, in Korean too", async () => {
  const { page } = await opened("#truth?lang=ko");
  const chart = page.locator("figure.chart").first();
  await chart.locator(".plot svg").last().waitFor();
  await page.waitForTimeout(500);
  const button = chart.getByRole("button", { name: "SVG" });
  await page.setContent((await saved(page, () => button.click())).toString());
  const boxes = await boxesOf(page.locator("body > svg > :is(rect, text):not([width='100%'])"));
  assert.ok(boxes.length > 10, `${boxes.length} swatches and names`);
  assert.deepEqual(covered(boxes, boxes), []);
  await page.context().close();
});

async function boxesOf(parts: Locator): Promise<readonly DOMRect[]> {
  return parts.evaluateAll((all) =>
    all.map((each) => each.getBoundingClientRect().toJSON() as DOMRect),
  );
}

/** Those that another covers. */
function covered(boxes: readonly DOMRect[], by: readonly DOMRect[]): readonly DOMRect[] {
  return boxes.filter((a) =>
    by.some(
      (b) =>
        a !== b && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom,
    ),
  );
}

/** The command of the page, run: its JSON; `folder` holds the files that it names. */
async function answered(command: string, folder?: string): Promise<Json> {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/gu)].map(
    ([, quoted, plain]) => quoted ?? plain ?? "",
  );
  const { status, out, err } = await ran(
    [...words.slice(1), "--json"],
    folder === undefined ? {} : { folder },
  );
  assert.equal(status, 0, err);
  return JSON.parse(out);
}

/** What JSON of a view holds. */
async function viewed(page: Page): Promise<Json> {
  const button = page.locator("#answer > .actions").first().getByRole("button", { name: "JSON" });
  return JSON.parse((await saved(page, () => button.click())).toString());
}

/** Every view's own figures, and the same ones in what its command prints. */
const COMMANDS: Readonly<
  Record<
    string,
    { readonly view: (json: Json) => unknown; readonly command: (json: Json) => unknown }
  >
> = {
  "plan?rate=3&power=9000&objective=energy": {
    view: ({ plans }) => plans.map((plan: Json) => [plan.device, plan.figures.energyPerToken]),
    command: ({ plans }) =>
      plans.map((plan: Json) => [plan.system.device.id, plan.estimate.energyPerToken]),
  },
  "plan?latency=12&tpot=&ttft=&vendors=AMD%2CGoogle": {
    view: ({ plans }) => plans.map((plan: Json) => [plan.device, plan.figures.latency]),
    command: ({ plans }) =>
      plans.map((plan: Json) => [plan.system.device.id, plan.estimate.latency]),
  },
  "plan?model=resnet-50&rate=2000&latency=0.02": {
    view: ({ plans }) => plans.map((plan: Json) => [plan.device, plan.figures.latency]),
    command: ({ plans }) => plans.map((plan: Json) => [plan.system.device.id, plan.latency]),
  },
  "model?batch=4&tokens=600&phase=prefill": {
    view: ({ growth, groups }) => [
      growth,
      groups.flatMap((group: Json) => group.operators.map((each: Json) => each.flops)).toSorted(),
    ],
    command: ({ growth, operators }) => [
      growth.doubled,
      operators.map(({ count, flops }: Json) => count * flops).toSorted(),
    ],
  },
  "simulate?requests=300&rate=3": {
    view: ({ first, intervals }) => [first.metrics.ttft, intervals.tpot, first.power],
    command: ({ metrics, intervals, energy }) => [metrics.ttft, intervals.tpot, energy.power],
  },
  "claims?claim=h200-sxm+vs+mi300x": {
    view: ({ figures, predicted }) => [figures, predicted],
    command: ({ figures, predicted }) => [figures, predicted],
  },
  "worth?devices=16&horizon=4": {
    view: ({ cost, breakEven, probability }) => [cost, breakEven, probability],
    command: ({ cost, breakEven, probability }) => [cost, breakEven, probability],
  },
  "catalogue?device=b200-sxm": {
    view: ({ entry }) => entry.figures.map(({ name, at }: Json) => [name, at]),
    command: ({ file: { figures } }) =>
      Object.entries(figures).flatMap(([name, all]) =>
        [all].flat().map((figure: Json) => [name, figure.at ?? figure.note ?? ""]),
      ),
  },
  "generations?figure=power&vendors=AWS": {
    view: ({ points }) => points.map(({ name, value }: Json) => [name, value]).toSorted(),
    command: ({ devices }) =>
      devices
        .filter(({ vendor, launched, power }: Json) => vendor === "AWS" && launched && power?.max)
        .map(({ name, power }: Json) => [name, power.max])
        .toSorted(),
  },
  "truth?family=kernel&device=NVIDIA+B200+SXM+180GB": {
    view: ({ rows }) => rows.map(({ id, predicted }: Json) => [id, predicted?.p50 ?? null]),
    command: ({ rows }) => rows.map(({ id, p50 }: Json) => [id, p50]),
  },
};

for (const [address, { view, command }] of Object.entries(COMMANDS)) {
  test(`#${address}: its command prints the figures that it shows`, async () => {
    const { page } = await opened(`#${address}&lang=en`);
    const line = page.locator("#answer > .actions code").first();
    const shown = view(await viewed(page));
    const printed = command(await answered((await line.textContent()) ?? ""));
    assert.ok(JSON.stringify(shown).length > 30, JSON.stringify(shown));
    assert.deepEqual(rounded(printed), rounded(shown));
    await page.context().close();
  });
}

test("model's command of each device prints the points of its roofline", async () => {
  const { page } = await opened("#model?lang=en&devices=b200-sxm&tokens=300&batch=2");
  const shown = (await viewed(page)).roofs[0].points;
  const line = page.locator(".actions code", { hasText: "tenlane estimate" });
  const { roofline } = await answered((await line.textContent()) ?? "");
  assert.ok(shown.length > 5);
  const decoding = roofline.filter(({ phase }: Json) => phase === "decode");
  assert.deepEqual(rounded(decoding), rounded(shown));
  await page.context().close();
});

/** Two engines of JavaScript may differ in the last digits of a logarithm. */
function rounded(json: unknown): unknown {
  const text = JSON.stringify(json, (_, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(9)) : value,
  );
  return JSON.parse(text);
}

test("a click on a dot of the trade-off puts its plan side by side, as the address says", async () => {
  const { page, problems } = await opened("#plan?lang=en&x=energyPerToken&y=carbonPerToken");
  const circles = page.locator('.plot svg [aria-label="dot"]').first().locator("circle");
  await circles.first().waitFor();
  // A chart is drawn anew a moment after its figures came, and marks what is nearest with the next frame.
  await page.waitForTimeout(700);
  for (const [order, index] of [0, 4].entries()) {
    await circles.nth(index).scrollIntoViewIfNeeded();
    const place = await circles.nth(index).boundingBox();
    assert.ok(place !== null);
    await page.mouse.move(place.x + 5, place.y + 5);
    await page.waitForTimeout(200);
    await page.mouse.click(place.x + 6, place.y + 6);
    await page.locator(".pair article").nth(order).waitFor();
    await page.waitForTimeout(500);
  }
  assert.equal(await page.locator(".pair article").count(), 2);
  assert.match(page.url(), /pick=[\w-]+%2C[\w-]+/u);
  assert.equal(await page.locator(".plans input:checked").count(), 2);
  assert.deepEqual(problems, []);
  await page.context().close();
});

test("names of the trade-off cover neither a dot nor each other", async () => {
  for (const axes of ["x=costPerHour&y=tpot", "x=energyPerToken&y=latency"]) {
    const { page } = await opened(`#plan?lang=en&${axes}`);
    const chart = page.locator(".plot svg").last();
    await chart.locator('[aria-label="text"] text').first().waitFor();
    // A chart is drawn anew a moment after its figures came.
    await page.waitForTimeout(500);
    const names = await boxesOf(chart.locator('[aria-label="text"] text'));
    const dots = await boxesOf(chart.locator('[aria-label="dot"] circle'));
    assert.ok(names.length > 1 && dots.length > 5, `${names.length} names, ${dots.length} dots`);
    assert.deepEqual(covered(names, [...dots, ...names]), [], axes);
    await page.context().close();
  }
});

test("plan takes a dropped ONNX network: batches on each device, the same as its command prints", async () => {
  const network = file({
    name: "scores",
    input: [value("x", ["batch", 64, 64])],
    initializer: [weights("w", [64, 64])],
    node: [node("MatMul", "x w", "y")],
    output: [value("y", ["batch", 64, 64])],
  });
  const folder = emptyFolder();
  writeFileSync(join(folder, "scores.onnx"), network);
  const { page, problems } = await opened("#plan?lang=en");
  await page.getByText("Your own model").click();
  await page.locator("input[type=file]").setInputFiles(join(folder, "scores.onnx"));
  await page.getByRole("columnheader", { name: "Samples a second" }).waitFor();
  const shown = (await viewed(page)).plans;
  const command = (await page.locator(".actions code").textContent()) ?? "";
  const { plans } = await answered(command, folder);
  assert.ok(plans.length > 10);
  assert.deepEqual(
    rounded(plans.map((plan: Json) => [plan.system.device.id, plan.latency])),
    rounded(shown.map((plan: Json) => [plan.device, plan.figures.latency])),
  );
  await page.goto(`${site.address}#model?lang=en&batch=8&model=own%3Ascores.onnx`);
  const cost = page.locator(".actions code", { hasText: "expand scores.onnx --batch 8" });
  await cost.waitFor();
  await page.locator('#answer[aria-busy="false"] .plot svg').last().waitFor();
  const { growth } = await answered((await cost.textContent()) ?? "", folder);
  const { heat } = await viewed(page);
  assert.equal(heat.find(({ batch }: Json) => batch === 8).flops, growth.cost.flops);
  assert.deepEqual(problems, []);
  await page.context().close();
});
