/** The workloads that ship with tenlane, by name; each is a file to copy. */
import agent from "./agent.json" with { type: "json" };
import assistant from "./assistant.json" with { type: "json" };
import batch from "./batch.json" with { type: "json" };
import chat from "./chat.json" with { type: "json" };
import code from "./code.json" with { type: "json" };
import embeddings from "./embeddings.json" with { type: "json" };
import finance from "./finance.json" with { type: "json" };
import retrieval from "./retrieval.json" with { type: "json" };
import speech from "./speech.json" with { type: "json" };
import summarise from "./summarise.json" with { type: "json" };
import translate from "./translate.json" with { type: "json" };

export const READY_WORKLOADS: ReadonlyMap<string, unknown> = new Map(
  [
    agent,
    assistant,
    batch,
    chat,
    code,
    embeddings,
    finance,
    retrieval,
    speech,
    summarise,
    translate,
  ].map((each) => [each.name, each]),
);
