import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, CDPSession } from "playwright-core";
import config from "../cli/fixtures/qwen3-32b.json" with { type: "json" };
import { catalogue, devices, extendCatalogue } from "../core/index.ts";
import { blocksOf, SLIDER_TIMES, watchBlocks } from "./_page-timings.ts";
import { openBrowser, openedPage, saved, servedPage, SIZES, VIEWS, type Opened } from "./_site.ts";
import type { TruthFile } from "./truth-file.ts";

/** A Hub that knows one model. */
const hub = createServer((request, reply) => {
  reply.statusCode = request.url === "/some/model/resolve/main/config.json" ? 200 : 404;
  reply.end(reply.statusCode === 200 ? JSON.stringify(config) : "");
});

let site: Awaited<ReturnType<typeof servedPage>>;
let browser: Browser;

before(async () => {
  await new Promise<void>((resolve) => hub.listen(0, "127.0.0.1", resolve));
  process.env["HF_ENDPOINT"] = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
  process.env["XDG_CACHE_HOME"] = mkdtempSync(join(tmpdir(), "tenlane-"));
  site = await servedPage();
  browser = await openBrowser();
});

after(async () => {
  await browser.close();
  await site.close();
  hub.close();
});

function opened(hash: string, size: keyof typeof SIZES = "desktop"): Promise<Opened> {
  return openedPage(browser, site, hash, size);
}

/** Processor time of the main thread's tasks until now: what others run meanwhile is not in it. */
async function taskSeconds(client: CDPSession): Promise<number> {
  const { metrics } = await client.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
}

for (const view of VIEWS) {
  for (const language of ["en", "ko"]) {
    for (const size of ["desktop", "phone"] as const) {
      test(`${view} opens by its address, ${language}, ${size}: a chart, no error, nothing for axe, no request out`, async () => {
        const { page, problems } = await opened(`#${view}?lang=${language}`, size);
        await page.waitForSelector(".plot svg");
        assert.equal(await page.getAttribute("html", "lang"), language);
        const { violations } = await new AxeBuilder({ page }).analyze();
        assert.deepEqual(
          violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]),
          [],
        );
        const overflow = await page.evaluate(
          "document.documentElement.scrollWidth - document.documentElement.clientWidth",
        );
        assert.equal(overflow, 0, "wider than the window");
        assert.deepEqual(problems, []);
        await page.context().close();
      });
    }
  }
}

test("plan answers a change of its slider, keeps it in the address, and the address shows it again", async () => {
  const { page, problems } = await opened("#plan");
  const status = page.locator(".summary");
  const first = await status.textContent();
  const slider = page.getByRole("slider", { name: "Time per output token" });
  await slider.focus();
  for (let presses = 0; presses < 40; presses += 1) await page.keyboard.press("ArrowLeft");
  await page.waitForFunction(
    (before) => document.querySelector(".summary")?.textContent !== before,
    first,
  );
  await page.waitForSelector('main section[aria-busy="false"]');
  const address = page.url();
  assert.match(address, /tpot=0\.0\d+/u);
  const shown = await status.textContent();
  const again = await opened(new URL(address).hash);
  assert.equal(await again.page.locator(".summary").textContent(), shown);
  assert.deepEqual([...problems, ...again.problems], []);
  await page.context().close();
  await again.page.context().close();
});

test("simulate shows its first run, can be cancelled in the midst of it, and runs again", async () => {
  const { page, problems } = await opened("#simulate?requests=200&lang=en");
  assert.match(
    (await page.locator(".verdict").textContent()) ?? "",
    /of the requests stay within/u,
  );
  await page.goto(`${site.address}#simulate?requests=20000&replicas=2&rate=8&lang=en`);
  await page.waitForSelector('main section[aria-busy="true"]');
  await page.waitForFunction(() => (document.querySelector("progress")?.value ?? 0) > 0);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Cancelled").waitFor();
  await page.getByRole("button", { name: "Run again" }).click();
  await page.getByRole("button", { name: "Cancel" }).waitFor();
  assert.deepEqual(problems, []);
  await page.context().close();
});

test("truth hovers over 4,000 points: of 60 moves one in ten at most takes longer than a frame, and each dot names its source", async () => {
  const context = await browser.newContext({ viewport: SIZES.desktop });
  const page = await context.newPage();
  await page.route("**/data/truth.json", async (route) => {
    const response = await route.fetch();
    const file = (await response.json()) as TruthFile;
    const answered = file.rows.filter(({ predicted }) => predicted !== null);
    const rows = Array.from({ length: 4000 }, (_, index) => {
      const row = answered[index % answered.length];
      return { ...row, measured: (row?.measured ?? 1) * (1 + index / 4000) };
    });
    await route.fulfill({ response, json: { ...file, rows } });
  });
  await page.goto(`${site.address}#truth?lang=en`);
  await page.locator('.plot svg [aria-label="dot"] path').nth(3900).waitFor();
  const place = await page.locator(".plot svg").last().boundingBox();
  assert.ok(place !== null);
  await page.waitForTimeout(500);
  const worked: number[] = [];
  const client = await context.newCDPSession(page);
  await client.send("Performance.enable", { timeDomain: "threadTicks" });
  for (let step = 0; step < 60; step += 1) {
    const share = step / 60;
    const before = await taskSeconds(client);
    await page.mouse.move(place.x + 80 + share * (place.width - 120), place.y + 480 - share * 420);
    worked.push((await taskSeconds(client)) - before);
  }
  await page.getByText("Source").first().waitFor();
  assert.ok(worked.some((seconds) => seconds > 0));
  const slow = worked.filter((seconds) => seconds > 1 / 60);
  assert.ok(slow.length <= 6, `moves of ${slow.join(", ")} s`);
  await page.context().close();
});

test("road measures this machine: SIMD is faster than scalar, a link shows it too, and the device it saves is one for --catalogue", async () => {
  const { page, problems } = await opened("#road?lang=en");
  const rateOf = async (lane: string): Promise<number> => {
    const cell = page.locator(".chart tbody tr", { hasText: lane }).locator("td").nth(2);
    const [, number = "", prefix = ""] =
      /([\d.]+) ([MGT])FLOP/u.exec((await cell.textContent()) ?? "") ?? [];
    return Number(number) * { M: 1e6, G: 1e9, T: 1e12 }[prefix]!;
  };
  await page.getByRole("button", { name: "Measure this machine" }).click();
  const save = page.getByRole("button", { name: "Save as my device" });
  const text = (await saved(page, () => save.click())).toString();
  const extended = extendCatalogue(catalogue, JSON.parse(text));
  assert.ok(extended.ok, JSON.stringify(extended));
  const machine = devices(extended.value).find(({ id }) => id === "my-machine");
  assert.ok((machine?.memory?.bandwidth ?? 0) > 1e8, text);
  await page.getByText("Data behind this chart").click();
  for (const figure of ["compute", "attention"]) {
    await page.getByLabel("Show", { exact: true }).selectOption(figure);
    const [scalar, simd] = await Promise.all(["One core, scalar", "One core, SIMD"].map(rateOf));
    assert.ok((simd ?? 0) > 1.5 * (scalar ?? 0), `${figure}: ${simd} of SIMD, ${scalar} of scalar`);
  }
  await page.locator(".actions code", { hasText: "tenlane measure lanes" }).waitFor();
  const linked = await opened(new URL(page.url()).hash);
  const road = linked.page.locator(".roads text");
  assert.deepEqual(
    await road.allTextContents(),
    await page.locator(".roads text").allTextContents(),
  );
  assert.ok((await road.allTextContents()).includes("One core, SIMD"));
  await linked.page.context().close();
  await page.getByRole("button", { name: "Use in plans" }).click();
  const small = page.locator("tr", { hasText: "Qwen/Qwen3-0.6B" });
  await small.getByText("tokens/s").waitFor();
  const rate = Number.parseFloat((await small.locator("td").nth(1).textContent()) ?? "");
  assert.ok(rate > 0.1 && rate < 500, `${rate} tokens/s`);
  await page.setViewportSize(SIZES.phone);
  const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
  assert.equal(await page.evaluate(overflow), 0, "wider than a phone");
  await page.getByRole("link", { name: "Qwen/Qwen3-0.6B" }).click();
  await page.waitForSelector('main section[aria-busy="false"] .plans tbody tr');
  assert.match((await page.locator(".best").textContent()) ?? "", /My machine/u);
  await page.reload();
  await page.waitForSelector('main section[aria-busy="false"] .plans tbody tr');
  // What the browser itself says where there is no GPU.
  const own = problems.filter((text) => text !== "No available adapters.");
  assert.deepEqual(own, []);
  await page.context().close();
});

test("road measures a GPU by WebGPU, here one of software, and plans on it", async () => {
  const gpus = await openBrowser(["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]);
  const page = await gpus.newPage({ viewport: SIZES.desktop });
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(`${site.address}#road?lang=en`);
  await page.getByRole("button", { name: "Measure this machine" }).click();
  await page.getByText("Measured.", { exact: true }).waitFor({ timeout: 120_000 });
  await page.getByText("Data behind this chart").click();
  const row = page.locator(".chart tbody tr", { hasText: "GPU by WebGPU" });
  assert.match((await row.textContent()) ?? "", /[\d.]+ [MGT]FLOP\/s/u);
  const save = page.getByRole("button", { name: "Save as my device" });
  const text = (await saved(page, () => save.click())).toString();
  assert.match(text, /"at": "WebGPU"/u);
  assert.deepEqual(problems, []);
  await gpus.close();
});

test("claims takes any pair of machines, and refuses what is none", async () => {
  const { page } = await opened("#claims?claim=h200-sxm+vs+mi300x&lang=en");
  await page.getByRole("heading", { name: /1 × NVIDIA H200.* over 1 × AMD/u }).waitFor();
  const line = page.getByLabel("Claim, or A vs B");
  await line.fill("the moon is far");
  await line.press("Enter");
  await page.locator(".refused").waitFor();
  await page.context().close();
});

test("a model that does not exist is refused in words, and the page stays alive", async () => {
  const { page } = await opened("#plan?model=no-such-model");
  assert.match((await page.locator(".refused").textContent()) ?? "", /known model/u);
  await page.getByLabel("Model", { exact: true }).fill("llama-3.1-8b");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".plans tbody tr");
  await page.context().close();
});

test("a network is planned for and drawn by its address; where its figures cannot be loaded the view says so until they can", async () => {
  const shown = {
    "#plan?model=resnet-50&lang=en": ".bars",
    "#model?model=sdxl-unet&lang=en": ".plot svg",
  };
  for (const [hash, selector] of Object.entries(shown)) {
    const { page, problems } = await opened(hash);
    await page.waitForSelector(selector);
    assert.equal(await page.locator(".refused").count(), 0);
    assert.deepEqual(problems, []);
    await page.context().close();
  }
  const context = await browser.newContext({ viewport: SIZES.desktop });
  const page = await context.newPage();
  await context.route("**/data/catalogue.json", (route) => route.fulfill({ status: 503 }));
  await page.goto(`${site.address}#plan?lang=ko&model=resnet-50`);
  await page.locator(".refused", { hasText: /catalogue\.json: .*페이지의 파일.*503/u }).waitFor();
  await context.unroute("**/data/catalogue.json");
  await page.getByLabel("모델", { exact: true }).fill("vgg-16");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".bars");
  assert.equal(await page.locator(".refused").count(), 0);
  await context.close();
});

test("a pasted config.json and a dropped GGUF file are planned for, a broken file is refused with its place", async () => {
  const { page, problems } = await opened("#plan?lang=en");
  await page.getByText("Your own model").click();
  const config = { architectures: ["LlamaForCausalLM"], model_type: "llama", hidden_size: 2048 };
  const rest = { intermediate_size: 8192, num_hidden_layers: 16, num_attention_heads: 32 };
  const more = { num_key_value_heads: 8, vocab_size: 128_256, torch_dtype: "bfloat16" };
  const text = page.getByLabel("Or paste a config.json");
  await text.fill(JSON.stringify({ ...config, ...rest, ...more }));
  await page.getByRole("button", { name: "Use it" }).click();
  await page.locator(".actions code", { hasText: "plan config.json" }).waitFor();
  await page.waitForSelector('main section[aria-busy="false"] .plans tbody tr');
  await text.fill(JSON.stringify({ ...config, hidden_size: "wide" }));
  await page.getByRole("button", { name: "Use it" }).click();
  assert.match((await page.locator(".refused").textContent()) ?? "", /expected .*, got/u);
  await page.locator("input[type=file]").setInputFiles({
    name: "broken.gguf",
    mimeType: "application/octet-stream",
    buffer: Buffer.from("GGUF\u0003\u0000\u0000\u0000truncated"),
  });
  await page.locator(".refused", { hasText: /header/u }).waitFor();
  assert.deepEqual(problems, []);
  await page.context().close();
});

test("a link reproduces a model that was pasted, in another browser and other views; one cut short says so", async () => {
  const { page, problems } = await opened("#plan?lang=en");
  await page.getByText("Your own model").click();
  await page.getByLabel("Or paste a config.json").fill(JSON.stringify(config));
  await page.getByRole("button", { name: "Use it" }).click();
  await page.locator(".drop .hint", { hasText: "are in the address" }).waitFor();
  await page.waitForSelector('main section[aria-busy="false"] .plans tbody tr');
  const { hash } = new URL(page.url());
  const shown = await page.locator(".plans tbody").textContent();
  const again = await opened(hash);
  assert.equal(await again.page.locator(".plans tbody").textContent(), shown);
  assert.equal(new URL(again.page.url()).hash, hash);
  const link = new URLSearchParams(hash.split("?")[1]).get("given") ?? "";
  assert.ok(link.length > 100 && link.length < 1000, link);
  for (const view of ["model", "simulate"]) {
    const other = await opened(`#${view}?lang=ko&model=own%3Aconfig.json&given=${link}`);
    await other.page.locator(".drop .hint", { hasText: "주소에 담겨" }).waitFor();
    assert.equal(await other.page.locator(".refused").count(), 0);
    problems.push(...other.problems);
    await other.page.context().close();
  }
  const cut = await opened(`#plan?lang=en&model=own%3Aconfig.json&given=${link.slice(9)}`);
  await cut.page.locator(".drop .hint", { hasText: "drop the file here" }).waitFor();
  assert.deepEqual([...problems, ...again.problems, ...cut.problems], []);
  for (const each of [page, again.page, cut.page]) await each.context().close();
});

/** A file of tensors full of zeros, two bytes each. */
function safetensorsFile(shapes: readonly (readonly [string, readonly number[]])[]): Buffer {
  let end = 0;
  const tensors = shapes.map(([name, shape]) => {
    const begin = end;
    end += 2 * shape.reduce((product, size) => product * size, 1);
    return [name, { dtype: "BF16", shape, data_offsets: [begin, end] }] as const;
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(tensors)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(end)]);
}

test("a dropped safetensors file is planned for, and the plan says what it took from names and shapes", async () => {
  const { page, problems } = await opened("#plan?lang=ko");
  const layer = (name: string, ...shape: number[]) =>
    [`model.layers.0.${name}.weight`, shape] as const;
  const file = safetensorsFile([
    ["model.embed_tokens.weight", [1000, 256]],
    ["model.norm.weight", [256]],
    ["lm_head.weight", [1000, 256]],
    layer("self_attn.q_proj", 256, 256),
    layer("self_attn.k_proj", 128, 256),
    layer("self_attn.v_proj", 128, 256),
    layer("self_attn.o_proj", 256, 256),
    layer("mlp.gate_proj", 512, 256),
    layer("mlp.up_proj", 512, 256),
    layer("mlp.down_proj", 256, 512),
    layer("input_layernorm", 256),
    layer("post_attention_layernorm", 256),
  ]);
  const dropped = await page.evaluateHandle((text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], "small.safetensors"));
    return transfer;
  }, file.toString("base64"));
  await page.dispatchEvent(".drop", "drop", { dataTransfer: dropped });
  await page.locator(".actions code", { hasText: "plan small.safetensors" }).waitFor();
  await page.waitForSelector('main section[aria-busy="false"] .plans tbody tr');
  await page.locator("input[type=file]").setInputFiles({
    name: "broken.safetensors",
    mimeType: "application/octet-stream",
    buffer: Buffer.from("short"),
  });
  await page.locator(".refused", { hasText: /필요한 값은/u }).waitFor();
  assert.deepEqual(problems, []);
  await page.context().close();
});

test("plan that finds nothing names the limits that bind and relaxes them at a click", async () => {
  const { page, problems } = await opened("#plan?lang=en&tpot=0.001&ttft=0.01");
  assert.match((await page.locator(".summary").textContent()) ?? "", /^None of \d+ candidates/u);
  const nearest = page.locator(".nearest");
  assert.match((await nearest.textContent()) ?? "", /time .* is .* ms, allowed \d+ ms/u);
  await nearest.getByRole("button", { name: /^Relax to: / }).click();
  await page.waitForSelector('main section[aria-busy="false"] .plans tbody tr');
  assert.doesNotMatch(page.url(), /tpot=0\.001&/u);
  assert.deepEqual(problems, []);
  await page.context().close();
});

test("plan takes a model of the Hub by its id, and says what the Hub said of one that is not there", async () => {
  const { page } = await opened("#plan?lang=en");
  await page.getByText("Your own model").click();
  const id = page.getByLabel("Or a model of the Hugging Face Hub");
  await id.fill("some/model");
  await id.press("Enter");
  await page.locator(".actions code", { hasText: "plan some/model" }).waitFor();
  await page.waitForSelector('main section[aria-busy="false"] .plans tbody tr');
  await id.fill("no/such");
  await page.getByRole("button", { name: "Fetch it" }).click();
  await page.locator(".refused", { hasText: /a model of the Hub/u }).waitFor();
  await page.context().close();
});

test("worth shows power by part and the places that emit least; truth shows another tool's errors", async () => {
  const { page, problems } = await opened("#worth?lang=en");
  await page.getByRole("heading", { name: "Energy and carbon" }).waitFor();
  const places = page.getByRole("region", { name: "Where a day's work emits least" });
  assert.equal(await places.locator("tbody tr").count(), 5);
  await page
    .locator(".actions code", { hasText: /tenlane energy --machine .8 x h100-sxm./u })
    .waitFor();
  await page.goto(`${site.address}#truth?lang=en`);
  const peers = page.getByRole("region", { name: "Beside AIConfigurator" });
  await peers.waitFor();
  assert.ok((await peers.locator("tbody tr").count()) >= 2);
  assert.deepEqual(problems, []);
  await page.context().close();
});

test("watch shows the sensors of this machine in both languages", async () => {
  for (const lang of ["en", "ko"]) {
    const { page, problems } = await opened(`#watch?lang=${lang}`);
    const readings = page.locator("#answer > .scroll tbody tr");
    await page.locator(".plot svg").last().waitFor();
    assert.ok((await readings.count()) > 5);
    assert.deepEqual(problems, []);
    await page.context().close();
  }
});

test("plan answers a step of its slider with first plans in under 100 ms (p95), and blocks the page for no 50 ms", async () => {
  const { page } = await opened("#plan?lang=en");
  await watchBlocks(page);
  const times: number[] = await page.evaluate(SLIDER_TIMES);
  const sorted = times.toSorted((a, b) => a - b);
  // On a machine that others share, time on the clock is theirs too: then half of the steps must keep it.
  const isBusy = (loadavg()[0] ?? 0) > availableParallelism();
  const reached = sorted[Math.floor((isBusy ? 0.5 : 0.95) * sorted.length)] ?? Infinity;
  const blocks = await blocksOf(page);
  assert.ok(reached < 100, `${reached} ms of ${sorted.map(Math.round).join(" ")}`);
  assert.ok(isBusy || blocks.length === 0, `blocks of ${blocks.join(", ")} ms`);
  await page.context().close();
});

test("colours are chosen by a button, stay over a reload, and print is always light", async () => {
  const { page, problems } = await opened("#plan?lang=en");
  const theme = page.getByRole("button", { name: /^Colours/u });
  await theme.click();
  await theme.click();
  await page.reload();
  await page.getByRole("button", { name: "Colours: dark" }).waitFor();
  await page.waitForSelector("h1");
  const dark = await page.evaluate("getComputedStyle(document.body).backgroundColor");
  await page.emulateMedia({ media: "print" });
  const ink = await page.evaluate("getComputedStyle(document.querySelector('h1')).color");
  assert.equal(dark, "rgb(20, 22, 26)");
  assert.equal(ink, "rgb(27, 29, 34)");
  assert.deepEqual(problems, []);
  await page.context().close();
});

test("every view is reached and answered by keyboard alone, and fits at 200 % zoom", async () => {
  const { page, problems } = await opened("#plan?lang=en");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate("document.activeElement.id"), "answer");
  for (const view of VIEWS.slice(1)) {
    const link = page.locator(`nav a[href^="#${view}"]`);
    await link.focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector(`nav a[href^="#${view}"][aria-current=page]`);
    await page.waitForSelector('main section[aria-busy="false"]', { timeout: 60_000 });
    // Twice the zoom is half the width in CSS pixels.
    await page.setViewportSize({ width: 640, height: 450 });
    const wider = await page.evaluate("document.documentElement.scrollWidth - 640");
    assert.ok(Number(wider) <= 0, `${view} is ${String(wider)} px wider than the window`);
    await page.setViewportSize(SIZES.desktop);
  }
  assert.deepEqual(problems, []);
  await page.context().close();
});

test("print makes a report of one page of each of the views that are shown in meetings", async () => {
  for (const view of ["plan", "simulate", "worth"]) {
    const { page } = await opened(`#${view}?lang=en`);
    await page.waitForSelector(".plot svg");
    const text = (await page.pdf({ format: "A4" })).toString("latin1");
    assert.equal(text.match(/\/Type \/Page\b/gu)?.length, 1, view);
    await page.context().close();
  }
});

for (const lang of ["en", "ko"]) {
  test(`before the first plan at most 250 KB of script, gzipped, are loaded, ${lang}`, async () => {
    const { page } = await opened(`#plan?lang=${lang}`);
    const { gzipSync } = await import("node:zlib");
    const names: string[] = await page.evaluate(
      "performance.getEntriesByType('resource').filter((entry) => entry.name.endsWith('.js')).map((entry) => entry.name)",
    );
    const later = names.filter((name) => /\/(?:plot|core-ko)-/u.test(name));
    assert.ok(later.length > 0, "charts and sentences of the core come after the plan, as chunks");
    let bytes = 0;
    for (const name of names.filter((each) => !later.includes(each))) {
      const script = await (await fetch(name)).arrayBuffer();
      bytes += gzipSync(new Uint8Array(script)).length;
    }
    assert.ok(names.some((name) => name.endsWith("worker.js")));
    assert.ok(bytes < 250_000, `${bytes} bytes`);
    await page.context().close();
  });
}
