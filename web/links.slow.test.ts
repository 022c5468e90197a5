import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deflateRawSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { catalogue, decodeModelEntry, type ModelEntry } from "../core/index.ts";
import { openBrowser, openedPage, servedPage, VIEWS, type Opened } from "./_site.ts";

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

const opened = (hash: string): Promise<Opened> => openedPage(browser, site, hash);

const hashOf = (page: Page): string => new URL(page.url()).hash;

async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(400);
  await page.waitForSelector("main .plot:not(:has(svg))", { state: "detached" });
  await page.waitForSelector('main section[aria-busy="false"]', { timeout: 60_000 });
}

/** What a person reads in the view and its controls, once it changes no more. */
async function shownOf(page: Page): Promise<readonly string[]> {
  let before: readonly string[] = [];
  for (let reads = 0; reads < 50; reads += 1) {
    await settled(page);
    const shown = await textsOf(page);
    if (shown.join("\n") === before.join("\n")) return shown;
    before = shown;
  }
  throw new Error("it changes without end");
}

/** Lists of suggestions and styles of plots are left out. */
function textsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(`(() => {
    const main = document.querySelector("#main").cloneNode(true);
    for (const unread of main.querySelectorAll("datalist, style, .machine")) unread.remove();
    const controls = [...document.querySelectorAll("main input, main select")];
    const texts = [...main.querySelectorAll("p, td, th, text, li, dd, h2, code, summary, button")];
    return [
      ...texts.map(({ textContent }) => textContent),
      ...controls.map(({ type, value, checked }) => type + " " + value + " " + (checked ?? "")),
    ];
  })()`);
}

/** Where a view starts, and what a person then does there beside choosing in its lists. */
const STARTS: Readonly<
  Record<string, readonly [hash: string, act: (page: Page) => Promise<void>]>
> = {
  plan: ["#plan?rate=3&vendors=AMD", (page) => moved(page, "Time to first token")],
  model: ["#model?model=llama-3.1-8b", (page) => moved(page, "Sequences")],
  simulate: ["#simulate?requests=200", (page) => moved(page, "Time to first token")],
  road: [
    "#road?lanes=scalar:2e9:5e9:1e9,simd:1e10:8e9:5e9,cores:4e10:2e10:1e10",
    (page) => moved(page, "Memory of this machine"),
  ],
  generations: [
    "#generations",
    (page) => page.locator("main input[type=checkbox]").first().click(),
  ],
  truth: ["#truth", async () => {}],
  claims: ["#claims", (page) => filled(page, "Claim, or A vs B", "h200-sxm vs mi300x")],
  worth: ["#worth", (page) => filled(page, "Device", "a100-sxm-80gb")],
  catalogue: ["#catalogue", (page) => filled(page, "Device", "mi300x")],
};

async function moved(page: Page, label: string): Promise<void> {
  await page.getByRole("slider", { name: label }).focus();
  for (let presses = 0; presses < 5; presses += 1) await page.keyboard.press("ArrowRight");
}

async function filled(page: Page, label: string, value: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).fill(value);
  await page.keyboard.press("Enter");
}

for (const view of VIEWS.filter((each) => each !== "watch")) {
  test(`${view}: what was chosen is in the address, and elsewhere the address shows the same`, async () => {
    const [start, act] = STARTS[view]!;
    const { page, problems } = await opened(`${start}${start.includes("?") ? "&" : "?"}lang=en`);
    const before = hashOf(page);
    await page.evaluate(
      `for (const each of document.querySelectorAll("main details")) each.open = true`,
    );
    for (const list of await page.locator("main select").all()) {
      if (!(await list.isVisible())) continue;
      await list.selectOption({ index: (await list.locator("option").count()) - 1 });
      await settled(page);
    }
    await act(page);
    const shown = await shownOf(page);
    assert.notEqual(hashOf(page), before);
    const again = await opened(hashOf(page));
    assert.deepEqual(await shownOf(again.page), shown);
    assert.equal(hashOf(again.page), hashOf(page));
    assert.deepEqual([...problems, ...again.problems], []);
    for (const each of [page, again.page]) await each.context().close();
  });
}

test("watch has nothing to choose: its address shows the sensors of whoever opens it", async () => {
  const { page, problems } = await opened("#watch?lang=en");
  assert.equal(await page.locator("main select, main input").count(), 0);
  assert.deepEqual(problems, []);
  await page.context().close();
});

const LANES = "scalar:2e9:5e9:1e9,simd:1e10:8e9:5e9";
const fast = `#road?lang=en&lanes=${LANES},cores:9e10:4e10:1e10`;
const slow = `#road?lang=en&lanes=${LANES},cores:4e10:2e10:1e10&memory=8589934592`;

/** A page whose browser keeps a machine that was measured there. */
async function withMachine(hash: string): Promise<Opened> {
  const all = await opened(hash);
  await all.page.getByRole("button", { name: "Use in plans" }).click();
  await all.page.locator(".machine", { hasText: "are in the address" }).waitFor();
  await all.page.locator("tr", { hasText: "Qwen/Qwen3-0.6B" }).getByText("tokens/s").waitFor();
  return all;
}

const kept = (page: Page): Promise<unknown> =>
  page.evaluate(`localStorage.getItem("tenlane-machine")`);

/** The text of the view, where the machine is called as it is at home. */
async function atHome(page: Page): Promise<readonly string[]> {
  const shown = await shownOf(page);
  return shown.map((text) => text.replaceAll("Machine of this link", "My machine"));
}

test("a link reproduces a plan on a machine that was measured elsewhere, says whose it is, and keeps the reader's own", async () => {
  const maker = await withMachine(fast);
  const road = await opened(hashOf(maker.page));
  await road.page.locator("tr", { hasText: "Llama-3.3-70B" }).getByText("does not fit").waitFor();
  assert.deepEqual(await atHome(road.page), await atHome(maker.page));
  await maker.page.getByRole("link", { name: "Qwen/Qwen3-0.6B" }).click();
  await maker.page.waitForSelector(".plans tbody tr");
  const shown = await atHome(maker.page);
  assert.match(shown.join(" "), /1 × My machine/u);
  const address = hashOf(maker.page);
  const link = new URLSearchParams(address.split("?")[1]).get("machine") ?? "";
  assert.ok(link.length > 50 && link.length < 200, link);

  const stranger = await opened(address);
  await stranger.page.locator(".machine", { hasText: "of whoever made the link" }).waitFor();
  assert.match((await stranger.page.locator(".best").textContent()) ?? "", /Machine of this link/u);
  assert.deepEqual(await atHome(stranger.page), shown);
  assert.equal(hashOf(stranger.page), address);
  assert.equal(await kept(stranger.page), null);

  const reader = await withMachine(slow);
  const own = await kept(reader.page);
  await reader.page.goto(site.address + address);
  await reader.page.locator(".machine", { hasText: "of whoever made the link" }).waitFor();
  await reader.page.waitForSelector(".plans tbody tr");
  assert.deepEqual(await atHome(reader.page), shown);
  assert.equal(await kept(reader.page), own);
  const plain = new URLSearchParams(address.split("?")[1]);
  plain.delete("machine");
  await reader.page.goto(`${site.address}#plan?${plain}`);
  await reader.page.locator(".machine", { hasText: "your machine" }).waitFor();
  await reader.page.waitForSelector(".plans tbody tr");
  assert.match((await reader.page.locator(".best").textContent()) ?? "", /My machine/u);
  assert.notDeepEqual(await atHome(reader.page), shown);
  for (const { page, problems } of [maker, road, stranger, reader]) {
    assert.deepEqual(problems, []);
    await page.context().close();
  }
});

const MACHINE_VIEWS: readonly string[] = [
  "model?devices=h100-sxm,my-machine",
  "simulate?device=my-machine",
  "road?devices=l4,my-machine",
  "claims?claim=h100-sxm+vs+my-machine",
  "worth?device=my-machine",
  "catalogue?device=my-machine",
];

test("every view that names such a machine shows it elsewhere as at home, in Korean too", async () => {
  const { page, problems } = await withMachine(fast);
  for (const address of MACHINE_VIEWS) {
    await page.goto(`${site.address}#${address}&lang=ko`);
    await page.locator(".machine", { hasText: "내 장치의 수치가" }).waitFor();
    await page.waitForFunction(
      (hash) => location.hash.startsWith(hash),
      `#${address.split("?")[0]}`,
    );
    const home = await atHome(page);
    assert.match(home.join(" "), /my.machine/iu, address);
    const other = await opened(hashOf(page));
    await other.page.locator(".machine", { hasText: "이 링크를 만든 사람의 장치" }).waitFor();
    assert.deepEqual(await atHome(other.page), home, address);
    assert.deepEqual(other.problems, []);
    await other.page.context().close();
  }
  assert.deepEqual(problems, []);
  await page.context().close();
});

test("views that do not name the reader's own machine show what they show without one", async () => {
  const { page } = await withMachine(fast);
  for (const hash of [
    "#plan?model=resnet-50&lang=en",
    "#catalogue?lang=en",
    "#generations?lang=en",
  ]) {
    const without = await opened(hash);
    await page.goto(site.address + hash);
    await page.waitForFunction((address) => location.hash === address, hash);
    const [mine, theirs] = await Promise.all([shownOf(page), shownOf(without.page)]);
    assert.deepEqual(
      mine.filter((text) => !/^(?:checkbox|Own)/u.test(text)),
      theirs.filter((text) => !text.startsWith("checkbox")),
      hash,
    );
    await without.page.context().close();
  }
  await page.context().close();
});

const deflated = (json: string): string => deflateRawSync(json).toString("base64url");

const MARKUP = "<img src=x onerror=document.title=1>";

test("links with hostile machines are refused in words of both languages, and nothing of them is markup", async () => {
  const whole = `{"kind":"cpu","compute":4e10,"bandwidth":2e10,"memory":1.72e10,"cores":8,"date":"2026-11-29"}`;
  const links = [
    deflated(whole).slice(0, 30),
    deflated(whole.replace("4e10", "1e400")),
    deflated(whole.replace("4e10", "1e99")),
    deflated(whole.replace("2026-11-29", MARKUP)),
    deflated(whole.replace("{", `{"name":"${MARKUP}",`)),
    deflated(whole.replace("{", `{"__proto__":{"id":"h100-sxm"},`)),
    MARKUP,
    "A".repeat(16_001),
  ];
  for (const [index, link] of links.entries()) {
    const [lang, words] = index % 2 === 0 ? ["en", "cut or altered"] : ["ko", "잘렸거나"];
    const query = new URLSearchParams({ lang, only: "my-machine", machine: link });
    const { page, problems } = await opened(`#plan?${query}`);
    await page.locator(".machine", { hasText: words }).waitFor();
    await page.locator(".machine .refused").waitFor();
    assert.equal(await page.locator("main img").count(), 0);
    assert.equal(await page.locator(".plans tbody tr").count(), 0);
    assert.match(await page.title(), /tenlane/u);
    assert.deepEqual(problems, []);
    await page.context().close();
  }
});

test("a link with a model whose names are markup shows them as text, and one cut says so in both languages", async () => {
  const entries = catalogue.models as readonly ModelEntry[];
  const model = decodeModelEntry(entries.find(({ id }) => id === "qwen3-32b")!);
  assert.ok(model.ok);
  const given = deflated(JSON.stringify({ ...model.value, name: MARKUP, source: MARKUP }));
  for (const view of ["plan", "model", "simulate"]) {
    const query = new URLSearchParams({ lang: "en", model: `own:${MARKUP}`, given });
    const { page, problems } = await opened(`#${view}?${query}`);
    await settled(page);
    await page.locator(".drop .hint", { hasText: MARKUP }).waitFor();
    assert.equal(await page.locator("main img").count(), 0);
    assert.match(await page.title(), /tenlane/u);
    assert.deepEqual(problems, []);
    await page.context().close();
  }
  for (const [lang, words] of [
    ["en", "was cut or altered"],
    ["ko", "잘렸거나 바뀌었습니다"],
  ] as const) {
    const query = new URLSearchParams({ lang, model: "own:a.json", given: given.slice(0, 99) });
    const { page, problems } = await opened(`#plan?${query}`);
    await page.locator(".drop .hint", { hasText: words }).waitFor();
    assert.deepEqual(problems, []);
    await page.context().close();
  }
});
