import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { emptyFolder, ran } from "../_fake-shell.ts";
import { pricesSchema } from "../schemas/prices.ts";
import { FeedError, fetched } from "./feed.ts";

/** The columns that AWS prints, those that matter here and some between them. */
const COLUMNS = [
  "SKU",
  "OfferTermCode",
  "TermType",
  "PriceDescription",
  "Unit",
  "PricePerUnit",
  "Currency",
  "LeaseContractLength",
  "PurchaseOption",
  "OfferingClass",
  "Instance Type",
  "Tenancy",
  "Operating System",
  "CapacityStatus",
  "Pre Installed S/W",
];
const DEMAND = [
  "OnDemand",
  '$55.04 per ""hour"", Linux',
  "Hrs",
  "50.0400000000",
  "USD",
  "",
  "",
  "",
];
const LINUX = ["p5.48xlarge", "Shared", "Linux", "Used", "NA"];
const YEAR = ["1yr", "No Upfront", "standard"];

const line = (cells: readonly string[]) => cells.map((cell) => `"${cell}"`).join(",");
const AWS_LINES = [
  '"FormatVersion","v1.0"',
  '"Disclaimer","This pricing list is for informational purposes only."',
  '"Publication Date","2026-11-20T00:00:00Z"',
  '"Version","20261120000000"',
  '"OfferCode","AmazonEC2"',
  line(COLUMNS),
  line(["A", "T", ...DEMAND, ...LINUX]),
  line([
    "A",
    "T",
    "OnDemand",
    "",
    "Hrs",
    "99",
    "USD",
    "",
    "",
    "",
    "p5.48xlarge",
    "Shared",
    "Windows",
    "Used",
    "NA",
  ]),
  line([
    "A",
    "T",
    "OnDemand",
    "",
    "Hrs",
    "98",
    "USD",
    "",
    "",
    "",
    "p5.48xlarge",
    "Dedicated",
    "Linux",
    "Used",
    "NA",
  ]),
  line([
    "A",
    "T",
    "OnDemand",
    "",
    "Hrs",
    "0",
    "USD",
    "",
    "",
    "",
    "p5.48xlarge",
    "Shared",
    "Linux",
    "Used",
    "NA",
  ]),
  line(["A", "T", "Reserved", "", "Hrs", "33.5", "USD", ...YEAR, ...LINUX]),
  line(["A", "T", "Reserved", "", "Hrs", "20", "USD", "3yr", "No Upfront", "standard", ...LINUX]),
  line([
    "A",
    "T",
    "Reserved",
    "",
    "Quantity",
    "200000",
    "USD",
    "1yr",
    "All Upfront",
    "standard",
    ...LINUX,
  ]),
  line([
    "A",
    "T",
    "OnDemand",
    "",
    "Hrs",
    "0.0104",
    "USD",
    "",
    "",
    "",
    "t3.micro",
    "Shared",
    "Linux",
    "Used",
    "NA",
  ]),
];

const ITEM = {
  currencyCode: "USD",
  armRegionName: "eastus",
  armSkuName: "Standard_ND96isr_H100_v5",
  productName: "Virtual Machines NDisrH100v5 Series",
  unitOfMeasure: "1 Hour",
  type: "Consumption",
};
const AZURE_PAGES = [
  [
    { ...ITEM, retailPrice: 98.32, skuName: "ND96isr H100 v5" },
    { ...ITEM, retailPrice: 99, skuName: "ND96isr H100 v5" },
    { ...ITEM, retailPrice: 40.5, skuName: "ND96isr H100 v5 Spot" },
    { ...ITEM, retailPrice: 30, skuName: "ND96isr H100 v5 Low Priority" },
  ],
  [
    {
      ...ITEM,
      retailPrice: 120,
      skuName: "ND96isr H100 v5",
      productName: `${ITEM.productName} Windows`,
    },
    {
      ...ITEM,
      retailPrice: 613_200,
      skuName: "ND96isr H100 v5",
      type: "Reservation",
      reservationTerm: "1 Year",
    },
    {
      ...ITEM,
      retailPrice: 1_000_000,
      skuName: "ND96isr H100 v5",
      type: "Reservation",
      reservationTerm: "3 Years",
    },
  ],
];

async function served(
  answer: (url: string) => string | null,
  use: (base: string) => Promise<void>,
): Promise<void> {
  const server: Server = createServer(({ url = "" }, reply) => {
    const body = answer(decodeURIComponent(url));
    reply.writeHead(body === null ? 404 : 200);
    // In two parts, so that lines are cut between them.
    reply.write((body ?? "").slice(0, 400));
    reply.end((body ?? "").slice(400));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server on a port of the loopback has an address with a port.
  const { port } = server.address() as AddressInfo;
  await use(`http://127.0.0.1:${port}`).finally(() => server.close());
}

const AWS = ["--provider", "aws", "--region", "us-east-1", "--today", "2026-11-24"];

test("prices refresh of AWS keeps the plain hour and the standard year, dated, for --catalogue", async () => {
  const folder = emptyFolder();
  await served(
    (url) => (url.endsWith("/us-east-1/index.csv") ? `${AWS_LINES.join("\n")}\n` : null),
    async (base) => {
      const { status, out, err } = await ran(
        ["prices", "refresh", ...AWS, "--feed", base, "--out", ".", "--json"],
        { folder },
      );
      assert.equal(status, 0, err);
      assert.ok(pricesSchema.safeParse(JSON.parse(out)).success);
      assert.equal(JSON.parse(out).feeds[0].count, 2);
    },
  );
  assert.deepEqual(readdirSync(folder), ["aws-2026-11-24.json"]);
  const { prices } = JSON.parse(readFileSync(`${folder}/aws-2026-11-24.json`, "utf8"));
  const rows = prices[0].instances.filter(({ name }: { name: string }) => name === "p5.48xlarge");
  assert.deepEqual(
    rows.map((each: { prices: unknown }) => each.prices),
    [[{ region: "us-east-1", date: "2026-11-24", demand: "50.04 USD/h", reserved: "33.5 USD/h" }]],
  );
  const args = ["--machine", "8 x h100-sxm", "--catalogue", "aws-2026-11-24.json"];
  const { out } = await ran(["cost", ...args, "--today", "2026-11-26", "--json"], { folder });
  const way = (name: string) =>
    JSON.parse(out).ways.find((each: { way: string }) => each.way === name);
  assert.equal(way("on-demand").hourly.p50, 50.04);
  assert.equal(way("on-demand").age, 2);
  assert.equal(way("reserved").hourly.p50, 33.5);
});

test("prices refresh of Azure follows pages on the host that was asked, and spreads a year's price", async () => {
  const folder = emptyFolder();
  await served(
    (url) => {
      if (!url.includes("'Standard_ND96isr_H100_v5'")) return JSON.stringify({ Items: [] });
      const isSecond = url.includes("$skip");
      const NextPageLink = isSecond
        ? null
        : "https://prices.azure.com:443/api/retail/prices?$filter=armSkuName eq 'Standard_ND96isr_H100_v5'&$skip=100";
      return JSON.stringify({ Items: AZURE_PAGES[isSecond ? 1 : 0], NextPageLink });
    },
    async (base) => {
      const args = ["--provider", "azure", "--region", "eastus", "--today", "2026-11-24"];
      const { status, err } = await ran(
        ["prices", "refresh", ...args, "--feed", base, "--out", "."],
        { folder },
      );
      assert.equal(status, 0, err);
    },
  );
  const { prices } = JSON.parse(readFileSync(`${folder}/azure-2026-11-24.json`, "utf8"));
  const instance = prices[0].instances.find(
    ({ name }: { name: string }) => name === "Standard_ND96isr_H100_v5",
  );
  assert.deepEqual(instance.prices, [
    {
      region: "eastus",
      date: "2026-11-24",
      demand: "98.32 USD/h",
      spot: "40.5 USD/h",
      reserved: "70 USD/h",
    },
  ]);
});

test("prices refresh without a network says so in a line, and writes nothing", async () => {
  const folder = emptyFolder();
  const args = ["prices", "refresh", ...AWS, "--feed", "http://127.0.0.1:9", "--out", "."];
  const { status, err } = await ran(args, { folder });
  assert.equal(status, 1);
  assert.match(err, /cannot be reached/u);
  assert.deepEqual(readdirSync(folder), []);
});

/** A server that says a line each 40 ms, and ends, falls silent or hangs up after six. */
async function dribbled(
  end: (reply: ServerResponse) => void,
  use: (base: string) => Promise<void>,
): Promise<void> {
  const server = createServer(async (_, reply) => {
    for (let line = 0; line < 6; line += 1) {
      reply.write(`${line}\n`);
      await pause(40);
    }
    end(reply);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server on a port of the loopback has an address with a port.
  const { port } = server.address() as AddressInfo;
  await use(`http://127.0.0.1:${port}/list`).finally(() => {
    server.closeAllConnections();
    server.close();
  });
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

test("fetched() waits for a body as long as something comes, and names the feed that falls silent or hangs up", async () => {
  const whole = "0\n1\n2\n3\n4\n5\n";
  await dribbled(
    (reply) => reply.end(),
    async (url) => assert.equal(await textOf(fetched(url, 150)), whole),
  );
  for (const end of [() => undefined, (reply: ServerResponse) => reply.destroy()]) {
    await dribbled(end, async (url) => {
      await assert.rejects(textOf(fetched(url, 150)), (error) => {
        assert.ok(error instanceof FeedError, String(error));
        assert.ok(error.message.startsWith(`${url} broke off: `), error.message);
        return true;
      });
    });
  }
});

test("prices refresh of answers that are no price list fails and writes nothing", async () => {
  for (const [provider, body] of [
    ["aws", "<html>login</html>"],
    ["azure", '{"Items":[{"retailPrice":"free"}]}'],
    ["gcp", '{"prices":{"us-central1":{"on_demand":{"a3-highgpu-8g":"free"}}}}'],
  ] as const) {
    const folder = emptyFolder();
    await served(
      () => body,
      async (base) => {
        const args = ["prices", "refresh", "--provider", provider, "--feed", base, "--out", "."];
        assert.notEqual((await ran(args, { folder })).status, 0);
      },
    );
    assert.deepEqual(readdirSync(folder), []);
  }
});

const GCP_LIST = {
  prices: {
    "us-central1": {
      on_demand: { "a3-highgpu-8g": 88.25, "g2-standard-4": 0.71, "n2-standard-2": 0.1 },
      spot: { "a3-highgpu-8g": 22.06 },
    },
  },
};

test("prices refresh of GCP reads the open list by region and machine type, spot too", async () => {
  const folder = emptyFolder();
  const args = ["--provider", "gcp", "--region", "us-central1", "--today", "2026-11-24"];
  await served(
    (url) => (url.endsWith("/initial-prices.json") ? JSON.stringify(GCP_LIST) : null),
    async (base) => {
      const { status, out, err } = await ran(
        ["prices", "refresh", ...args, "--feed", base, "--out", ".", "--json"],
        { folder },
      );
      assert.equal(status, 0, err);
      const [{ count, instances, missing }] = JSON.parse(out).feeds;
      assert.deepEqual([count, instances], [3, 2]);
      assert.ok(missing.includes("a2-highgpu-1g"));
    },
  );
  const { prices, sources } = JSON.parse(readFileSync(`${folder}/gcp-2026-11-24.json`, "utf8"));
  const row = prices[0].instances.find(
    ({ name, source }: { name: string; source: string }) =>
      name === "a3-highgpu-8g" && source in sources,
  );
  assert.deepEqual(row.prices, [
    { region: "us-central1", date: "2026-11-24", demand: "88.25 USD/h", spot: "22.06 USD/h" },
  ]);
});

test("prices refresh of all providers keeps what one feed tells where others are silent", async (t) => {
  t.mock.method(globalThis, "fetch", async (url: string) => {
    if (url.endsWith("/initial-prices.json")) return Response.json(GCP_LIST);
    if (url.includes("azure")) return new Response("<html>login</html>");
    throw new TypeError("fetch failed");
  });
  const folder = emptyFolder();
  const args = ["prices", "refresh", "--out", ".", "--today", "2026-11-24"];
  const { status, out, err } = await ran([...args, "--json"], { folder });
  assert.equal(status, 0, err);
  const json = JSON.parse(out);
  assert.ok(pricesSchema.safeParse(json).success);
  assert.deepEqual(
    json.feeds.map(({ provider, failed }: { provider: string; failed: string | null }) => [
      provider,
      failed === null,
    ]),
    [
      ["aws", false],
      ["azure", false],
      ["gcp", true],
    ],
  );
  const { out: told } = await ran(args, { folder, columns: 1000 });
  assert.match(told, /aws: nothing; .*cannot be reached/u);
  assert.match(told, /azure: nothing; .*is no JSON/u);
  const { prices } = JSON.parse(readFileSync(`${folder}/prices-2026-11-24.json`, "utf8"));
  assert.equal(prices.length, 1);
});

test("prices refresh of a feed of its own needs to know whose it is", async () => {
  const { status, err } = await ran(["prices", "refresh", "--feed", "http://127.0.0.1:9"]);
  assert.equal(status, 2);
  assert.match(err, /--provider/u);
});

test("prices lists the age of every provider's prices", async () => {
  const { out } = await ran(["prices", "--today", "2026-11-24", "--json"]);
  const json = JSON.parse(out);
  assert.ok(pricesSchema.safeParse(json).success);
  const aws = json.prices.find((each: { provider: string }) => each.provider === "aws");
  assert.equal(aws.age, 127);
});
