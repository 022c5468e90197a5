/** BullMQ, which is installed only where queues are used, and its connections to Redis or Valkey. */
import type * as Bull from "bullmq";
import type { Redis } from "ioredis";
import manifest from "../../package.json" with { type: "json" };
import { inputError } from "../input-error.ts";

/** Coordinators and workers of other versions do not meet: their figures differ. */
export const QUEUE_NAME = `tenlane-${manifest.version}`;

export interface QueueServer {
  readonly bull: typeof Bull;
  /** A new connection, closed with the others. */
  readonly connected: () => Redis;
  /** The server without its password. */
  readonly place: string;
  /** Settles with the reason once the server has been gone for too long. */
  readonly lost: Promise<Error>;
  readonly close: () => void;
}

const ANSWER_MILLISECONDS = 5000;
const RETRY_MILLISECONDS = 500;
/** A restart of the server takes seconds; half a minute of trying is an outage. */
const RETRIES_MAX = 60;

/** The server at `url`. Errors: not a URL of one, BullMQ is not installed, nobody answers. */
export async function queueServer(url: string): Promise<QueueServer> {
  const place = placeOf(url);
  const { bull, Redis } = await installed();
  await answering(new Redis(url, { ...PLAIN, retryStrategy: () => null }), place);
  const open: Redis[] = [];
  let gone: (error: Error) => void = () => {};
  const lost = new Promise<Error>((resolve) => (gone = resolve));
  return {
    bull,
    place,
    lost,
    connected: () => {
      const client = new Redis(url, {
        maxRetriesPerRequest: null,
        retryStrategy: (times) => (times > RETRIES_MAX ? null : RETRY_MILLISECONDS),
      });
      client.on("error", () => {});
      client.on("end", () => gone(new Error(`lost the queue at ${place}`)));
      open.push(client);
      return client;
    },
    close: () => {
      for (const client of open) client.disconnect();
    },
  };
}

const PLAIN = { lazyConnect: true, maxRetriesPerRequest: 0, connectTimeout: ANSWER_MILLISECONDS };

function placeOf(url: string): string {
  const read = URL.canParse(url) ? new URL(url) : null;
  if (read === null || !["redis:", "rediss:"].includes(read.protocol) || read.hostname === "") {
    throw inputError(
      "--queue",
      "redis://host:port or rediss://host:port",
      read?.protocol ?? "no URL",
    );
  }
  return `${read.protocol}//${read.host}`;
}

async function installed(): Promise<{
  readonly bull: typeof Bull;
  readonly Redis: typeof Redis;
}> {
  const missing = () => {
    throw new Error("--queue needs BullMQ, which is not installed: npm install bullmq ioredis");
  };
  const bull = await import("bullmq").catch(missing);
  const { Redis } = await import("ioredis").catch(missing);
  return { bull, Redis };
}

async function answering(client: Redis, place: string): Promise<void> {
  let reason = "no answer";
  client.on("error", ({ message }: Error) => (reason = message));
  const answer = await client
    .connect()
    .then(() => client.ping())
    .catch((error: Error) => {
      reason = reason === "no answer" ? error.message : reason;
      return null;
    });
  client.disconnect();
  if (answer === null) {
    throw new Error(`no Redis or Valkey answers at ${place} (${reason}): is it started?`);
  }
}
