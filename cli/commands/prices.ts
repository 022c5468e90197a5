import { join, resolve } from "node:path";
import { catalogue, extendCatalogue } from "../../core/index.ts";
import type { CommandModule } from "../answer.ts";
import { cacheFolder, keep } from "../cache.ts";
import { choiceFlag, listFlag } from "../flags.ts";
import { accepted, inputError } from "../input-error.ts";
import { pricesAnswer, refreshedAnswer } from "../prices-answer.ts";
import { AWS_FEED, awsPrices } from "../prices/aws.ts";
import { AZURE_FEED, azurePrices } from "../prices/azure.ts";
import { FeedError, type FeedPrice, type FeedReader } from "../prices/feed.ts";
import { snapshot, type FeedSource } from "../prices/snapshot.ts";
import { todayOption } from "../today-option.ts";
import type { Shell } from "../shell.ts";

interface Feed {
  readonly base: string;
  readonly read: FeedReader;
  readonly source: FeedSource;
}

const FEEDS: Readonly<Record<"aws" | "azure", Feed>> = {
  aws: {
    base: AWS_FEED,
    read: awsPrices,
    source: {
      id: "aws-price-list",
      title: "AWS Price List, bulk offer files of Amazon EC2",
      publisher: "Amazon Web Services",
      url: AWS_FEED,
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
    },
  },
};

const PROVIDERS = ["aws", "azure", "gcp"] as const;

interface Options {
  readonly provider?: (typeof PROVIDERS)[number];
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
        "aws or azure (gcp needs a key)",
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

async function refreshed(options: Options, shell: Shell) {
  const { provider, feed: address, out, today } = options;
  if (provider === "gcp" || provider === undefined) {
    const expected = "aws or azure; Google's Cloud Billing catalogue answers only with an API key";
    throw inputError("--provider", expected, provider);
  }
  const { base, read, source } = FEEDS[provider];
  const known = catalogue.prices.find((file) => file.provider === provider);
  if (known === undefined) throw inputError("--provider", "a provider of the catalogue", provider);
  const wanted = {
    instances: new Set(known.instances.map(({ name }) => name)),
    regions: options.region ?? [
      ...new Set(
        known.instances.flatMap(({ prices }) => prices.flatMap(({ region = [] }) => region)),
      ),
    ],
  };
  const prices: FeedPrice[] = [];
  for await (const price of read(address ?? base, wanted)) prices.push(price);
  if (prices.length === 0) throw new FeedError(`${source.title} has no price of what was asked`);
  const file = snapshot(known, prices, { date: today, source });
  accepted(extendCatalogue(catalogue, file), source.title);
  const folder =
    out === undefined ? join(cacheFolder(shell), "prices") : resolve(shell.folder, out);
  const path = join(folder, `${provider}-${today}.json`);
  await keep(path, `${JSON.stringify(file, null, 2)}\n`);
  return refreshedAnswer({ provider, path, prices, known, today });
}

function verbOf(text: string): "refresh" {
  return choiceFlag("verb", ["refresh"] as const)(text);
}

function addressFlag(text: string): string {
  if (/^https?:\/\/[^/]+$/u.test(text) && URL.canParse(text)) return text;
  throw inputError("--feed", "an address without a path: http://127.0.0.1:8080", text);
}
