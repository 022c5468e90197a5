/** The verbs as tools of the Model Context Protocol. */
import process from "node:process";
import type { ProgressToken, Tool } from "@modelcontextprotocol/sdk/types.js";
import * as z from "zod";
import manifest from "../../package.json" with { type: "json" };
import type { Desk } from "./desk.ts";
import { refusal } from "./refusal.ts";
import { replyOf } from "./reply.ts";
import type { Verb } from "./verbs.ts";

/** Says one question's progress to whoever asked for it. */
type Progress = (token: ProgressToken, share: number) => void;

interface Called {
  readonly verb: Verb | undefined;
  readonly given: Readonly<Record<string, unknown>>;
  readonly desk: Desk;
  readonly signal: AbortSignal;
  readonly reached: (share: number) => void;
}

/** Answers over standard input and output until the client goes or `signal` aborts. Errors: the SDK is not installed. */
export async function tools(
  verbs: ReadonlyMap<string, Verb>,
  desk: Desk,
  signal: AbortSignal,
): Promise<void> {
  const { Server, StdioServerTransport, types } = await installed();
  const { name, version } = manifest;
  const server = new Server({ name, version }, { capabilities: { tools: {} } });
  server.setRequestHandler(types.ListToolsRequestSchema, () => ({
    tools: [...verbs.values()].map(toolOf),
  }));
  server.setRequestHandler(types.CallToolRequestSchema, async ({ params }, extra) => {
    const token = params._meta?.progressToken;
    const tell: Progress = (progressToken, progress) =>
      void extra
        .sendNotification({
          method: "notifications/progress",
          params: { progressToken, progress, total: 1 },
        })
        .catch(() => {});
    return called({
      verb: verbs.get(params.name),
      given: params.arguments ?? {},
      desk,
      signal: extra.signal,
      reached: (share) => (token === undefined ? undefined : tell(token, share)),
    });
  });
  const gone = new Promise<void>((resolve) => {
    for (const event of ["end", "close", "error"]) process.stdin.once(event, () => resolve());
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await server.connect(new StdioServerTransport());
  await gone;
  await server.close();
}

async function installed() {
  const missing = () => {
    throw new Error(
      "mcp needs the SDK of the protocol, which is not installed: npm install @modelcontextprotocol/sdk",
    );
  };
  const { Server } = await import("@modelcontextprotocol/sdk/server/index.js").catch(missing);
  const { StdioServerTransport } = await import("@modelcontextprotocol/sdk/server/stdio.js").catch(
    missing,
  );
  const types = await import("@modelcontextprotocol/sdk/types.js").catch(missing);
  return { Server, StdioServerTransport, types };
}

const JSON_WANTED = {
  type: "boolean",
  description: "answer in JSON, quantities in SI units, in full; else as text for people, shorter",
};

function toolOf({ name, summary, question }: Verb): Tool {
  const { $schema: _, ...schema } = z.toJSONSchema(question, { io: "input" });
  return {
    name,
    description: `${summary}. Quantities are texts with their unit: "200ms", "8/s", "$20/h".`,
    inputSchema: {
      ...schema,
      type: "object",
      properties: { ...schema.properties, json: JSON_WANTED },
    } as Tool["inputSchema"],
    annotations: { readOnlyHint: true, idempotentHint: true },
  };
}

interface Result {
  readonly content: { readonly type: "text"; readonly text: string }[];
  readonly isError: boolean;
  readonly [name: string]: unknown;
}

async function called({ verb, given, desk, signal, reached }: Called): Promise<Result> {
  const { json = false, ...asked } = given;
  if (verb === undefined) return refused([], "a tool of the list", "another");
  if (typeof json !== "boolean") return refused(["json"], "true or false", json);
  const read = verb.read(asked);
  if (!read.ok) return refused(read.error.path, read.error.expected, read.error.got);
  const outcome = await desk.ask(verb.errand(read.value, json), { signal, reached });
  const { status, body } = replyOf(outcome, read.value);
  return said(body, status !== 200);
}

function refused(...why: Parameters<typeof refusal>): Result {
  return said(JSON.stringify(refusal(...why)), true);
}

function said(text: string, isError: boolean): Result {
  return { content: [{ type: "text", text }], isError };
}
