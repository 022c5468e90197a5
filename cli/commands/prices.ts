import { join, resolve } from "node:path";
import { catalogue, extendCatalogue, type Catalogue } from "../../core/index.ts";
import type { Answer, CommandModule } from "../answer.ts";
import { cacheFolder, keep } from "../cache.ts";
import { choiceFlag, listFlag } from "../flags.ts";
import { accepted, inputError } from "../input-error.ts";
import { pricesAnswer, refreshedAnswer, type Refreshed } from "../prices-answer.ts";
import { AWS_FEED, awsPrices } from "../prices/aws.ts";
import { AZURE_FEED, azurePrices } from "../prices/azure.ts";
import { FeedError, type FeedPrice, type FeedReader } from "../prices/feed.ts";
import { GCP_FEED, gcpPrices } from "../prices/gcp.ts";
import { snapshot, type FeedSource } from "../prices/snapshot.ts";
import { todayOption } from "../today-option.ts";
import type { Shell } from "../shell.ts";

interface Feed {
  readonly base: string;
  readonly read: FeedReader;
  readonly source: FeedSource;
}

const PROVIDERS = ["aws", "azure", "gcp"] as const;
type Provider = (typeof PROVIDERS)[number];

const FEEDS: Readonly<Record<Provider, Feed>> = {
  aws: {
    base: AWS_FEED,
    read: awsPrices,
    source: {
      id: "aws-price-list",
      title: "AWS Price List, bulk offer files of Amazon EC2",
      publisher: "Amazon Web Services",
      url: AWS_FEED,
      class: "vendor documentation",
    },
  },
  azure: {
    base: AZURE_FEED,
    read: azurePrices,
    source: {
      id: "azure-retail-prices",
      title: "Azure Retail Prices API",
      publisher: "Microsoft",
      url: AZURE_FEED,
      class: "vendor documentation",
    },
  },
  gcp: {
    base: GCP_FEED,
    read: gcpPrices,
    source: {
      id: "karpenter-gcp-prices",
      title: "Karpenter provider GCP: initial prices",
      publisher: "CloudPilot AI",
      url: "https://github.com/cloudpilot-ai/karpenter-provider-gcp",
      class: "secondary",
    },
  },
};

interface Options {
  readonly provider?: Provider;
  readonly region?: readonly string[];
  readonly feed?: string;
  readonly out?: string;
  readonly today: string;
}

export const pricesCommand: CommandModule = {
  examples: ["tenlane prices", "tenlane prices --json"],
  declare: (command, shell, show) => {
    command
      .argument("[verb]", '"refresh" reads the open price feeds; nothing lists ages', verbOf)
      .option(
        "--provider <name>",
        `one of ${PROVIDERS.join(", ")} (default: all)`,
        choiceFlag("--provider", PROVIDERS),
      )
      .option("--region <names>", "regions to read (default: those of the catalogue)", listFlag)
      .option("--feed <address>", "where the feed is, instead of its own address", addressFlag)
      .option("--out <folder>", "where snapshots go (default: the cache)")
      .addOption(todayOption())
      .action(async (verb: "refresh" | undefined, options: Options) => {
        if (verb === undefined) return show(pricesAnswer(catalogue, options.today));
        return show(await refreshed(options, shell));
      });
  },
};

/** Of one feed: what it told, or why it told nothing. */
interface Told {
  readonly file: Partial<Catalogue> | null;
  readonly read: Refreshed["feeds"][number];
}

async function refreshed(options: Options, shell: Shell): Promise<Answer> {
  const { provider, feed, out, today } = options;
  if (provider === undefined && feed !== undefined)
    throw inputError("--feed", "a --provider whose feed it is", feed);
  const told: Told[] = [];
  for (const each of provider === undefined ? PROVIDERS : [provider]) {
    told.push(await readFeed(each, options));
  }
  const files = told.flatMap(({ file }) => file ?? []);
  const feeds = told.map(({ read }) => read);
  if (files.length === 0)
    throw new FeedError(feeds.map(({ failed }) => failed ?? "").join("\nfailure: "));
  const file = {
    sources: Object.assign({}, ...files.map(({ sources }) => sources)),
    prices: files.flatMap(({ prices = [] }) => prices),
  };
  accepted(extendCatalogue(catalogue, file), "snapshot");
  const folder =
    out === undefined ? join(cacheFolder(shell), "prices") : resolve(shell.folder, out);
  const path = join(folder, `${provider ?? "prices"}-${today}.json`);
  await keep(path, `${JSON.stringify(file, null, 2)}\n`);
  return refreshedAnswer({ path, date: today, feeds });
}

async function readFeed(provider: Provider, { region, feed, today }: Options): Promise<Told> {
  const { base, read, source } = FEEDS[provider];
  const known = catalogue.prices.find((file) => file.provider === provider);
  if (known === undefined) throw inputError("--provider", "a provider of the catalogue", provider);
  const regions = known.instances.flatMap(({ prices }) =>
    prices.flatMap(({ region: own = [] }) => own),
  );
  const wanted = {
    instances: new Set(known.instances.map(({ name }) => name)),
    regions: region ?? [...new Set(regions)],
  };
  const prices: FeedPrice[] = [];
  const failed = await collected(read(feed ?? base, wanted), prices);
  const found = new Set(prices.map(({ instance }) => instance));
  const missing = [...wanted.instances].filter((name) => !found.has(name));
  const why =
    failed ?? (prices.length === 0 ? `${source.title} has no price of what was asked` : null);
  const file = why === null ? snapshot(known, prices, { date: today, source }) : null;
  return {
    file,
    read: { provider, count: prices.length, instances: found.size, missing, failed: why },
  };
}

/** Fills `prices`; why it ended early, where the feed did. */
async function collected(
  feed: AsyncIterable<FeedPrice>,
  prices: FeedPrice[],
): Promise<string | null> {
  try {
    for await (const price of feed) prices.push(price);
    return null;
  } catch (error) {
    if (error instanceof FeedError) return error.message;
    throw error;
  }
}

function verbOf(text: string): "refresh" {
  return choiceFlag("verb", ["refresh"] as const)(text);
}

function addressFlag(text: string): string {
  if (/^https?:\/\/[^/]+$/u.test(text) && URL.canParse(text)) return text;
  throw inputError("--feed", "an address without a path: http://127.0.0.1:8080", text);
}
