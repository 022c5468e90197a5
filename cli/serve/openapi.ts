/** The API described: OpenAPI 3.1, whose schemas are JSON Schema, from those that check questions and answers. */
import * as z from "zod";
import manifest from "../../package.json" with { type: "json" };
import { watchedSchema } from "../schemas/watch.ts";
import { refusalSchema } from "./refusal.ts";
import type { Verb } from "./verbs.ts";

type Json = Readonly<Record<string, unknown>>;

export function openApi(verbs: ReadonlyMap<string, Verb>): Json {
  const paths = [...verbs.values()].map((verb) => [`/api/${verb.name}`, { post: asked(verb) }]);
  return {
    openapi: "3.1.0",
    info: {
      title: manifest.name,
      version: manifest.version,
      description: manifest.description,
      license: { name: manifest.license, identifier: manifest.license },
    },
    paths: {
      ...Object.fromEntries(paths),
      "/api/hub/{owner}/{name}": { get: hub() },
      "/api/state": { get: state() },
      "/api/watch": { get: watched() },
    },
    components: { schemas: { Refusal: jsonSchema(refusalSchema) } },
  };
}

function asked({ name, summary, question, answer }: Verb): Json {
  return {
    operationId: name,
    summary,
    requestBody: {
      required: true,
      content: { "application/json": { schema: jsonSchema(question) } },
    },
    responses: {
      "200": {
        description:
          "the answer, quantities in SI units; as events: progress with a share, then answer or error",
        content: {
          "application/json": { schema: jsonSchema(answer) },
          "text/event-stream": { schema: { type: "string" } },
        },
      },
      "400": refused("a question that is refused: where, what was expected, what stood there"),
      "413": refused("a question too large"),
      "415": refused("a question that is not said to be JSON"),
      "500": refused("a failure of tenlane"),
      "503": {
        ...refused("too many questions at once"),
        headers: { "Retry-After": { description: "seconds", schema: { type: "integer" } } },
      },
      "504": refused("a question that computes for too long"),
    },
  };
}

function hub(): Json {
  const parameter = (name: string) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  });
  return {
    operationId: "hub",
    summary: "the config.json of a model of the Hugging Face Hub",
    parameters: [parameter("owner"), parameter("name")],
    responses: {
      "200": {
        description: "as the Hub has it",
        content: { "application/json": { schema: { type: "object" } } },
      },
      "400": refused("not an id"),
      "404": refused("no such model"),
      "502": refused("the Hub refuses, or is out of reach"),
      "503": refused("too many questions at once"),
    },
  };
}

function state(): Json {
  const count = { type: "integer" };
  const properties = { computing: count, waiting: count, answered: count };
  return {
    operationId: "state",
    summary: "questions that are computed, wait, and were answered",
    responses: {
      "200": {
        description: "counts",
        content: {
          "application/json": {
            schema: { type: "object", properties, required: Object.keys(properties) },
          },
        },
      },
    },
  };
}

function watched(): Json {
  return {
    operationId: "watch",
    summary: "what the sensors of the machine say now; of a server for its own machine alone",
    responses: {
      "200": {
        description: "readings and alerts, as tenlane watch --once --json",
        content: { "application/json": { schema: jsonSchema(watchedSchema) } },
      },
      "404": refused("a server that others reach"),
    },
  };
}

function refused(description: string): Json {
  return {
    description,
    content: { "application/json": { schema: { $ref: "#/components/schemas/Refusal" } } },
  };
}

function jsonSchema(schema: z.ZodType): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: "input" });
  return json;
}
