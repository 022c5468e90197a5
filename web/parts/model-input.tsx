/** A model by name, or read from files that are chosen, dropped or pasted. */
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { ask } from "../ask.ts";
import { hubConfig } from "../hub.ts";
import { keepModel, linkState, modelArgument } from "../own-models.ts";
import type { ListsAnswer } from "../worker/lists.ts";
import type { Refused } from "../worker/messages.ts";
import { useWords } from "./context.ts";
import { Suggested } from "./controls.tsx";
import { RefusedNote } from "./refused.tsx";

export function ModelInput({
  value,
  lists,
  takesNetworks = false,
  change,
}: {
  readonly value: string;
  readonly lists: ListsAnswer | null;
  /** Whether the view takes models without tokens too. */
  readonly takesNetworks?: boolean;
  readonly change: (model: string) => void;
}): JSX.Element {
  const words = useWords();
  const [refused, setRefused] = useState<Refused | null>(null);
  const state = linkState(value);
  const [isOver, setOver] = useState(false);
  const read = (files: readonly File[], id?: string): void => {
    if (files.length === 0) return;
    setRefused(null);
    ask(
      "read",
      { files },
      {
        part: ({ name, model, link }) => change(keepModel(id ?? name, model, link)),
        refused: setRefused,
      },
    );
  };
  const fetched = (id: string): void =>
    void hubConfig(id).then((got) =>
      got instanceof Blob ? read([new File([got], CONFIG)], id) : setRefused(got),
    );
  return (
    <div
      class={isOver ? "drop over" : "drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        read([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <Suggested
        label={words.plan.model}
        value={value}
        suggestions={(lists?.models ?? [])
          .filter(({ isNetwork }) => takesNetworks || !isNetwork)
          .map(({ id, name }) => [id, name])}
        change={change}
      />
      {state !== null && <p class="hint">{words.own.link[state](modelArgument(value))}</p>}
      <details>
        <summary>{words.own.title}</summary>
        <p class="hint">{words.own.about}</p>
        <Hub fetched={fetched} />
        <Files read={read} />
        <Pasted read={read} />
      </details>
      <RefusedNote refused={refused} />
    </div>
  );
}

/** An id of the Hub, which the page's own server asks; committed by the button or Enter. */
function Hub({ fetched }: { readonly fetched: (id: string) => void }): JSX.Element {
  const words = useWords().own;
  const id = useId();
  const [text, setText] = useState("");
  return (
    <div class="control">
      <label for={id}>{words.hub}</label>
      <input
        id={id}
        value={text}
        placeholder="owner/name"
        autocomplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => setText(currentTarget.value.trim())}
        onKeyDown={({ key }) => key === "Enter" && fetched(text)}
      />
      <button type="button" onClick={() => fetched(text)}>
        {words.fetch}
      </button>
    </div>
  );
}

function Files({ read }: { readonly read: (files: readonly File[]) => void }): JSX.Element {
  const words = useWords().own;
  const id = useId();
  return (
    <div class="control">
      <label for={id}>{words.files}</label>
      <input
        id={id}
        type="file"
        multiple
        accept=".json,.gguf,.safetensors,.onnx"
        onChange={({ currentTarget }) => read([...(currentTarget.files ?? [])])}
      />
    </div>
  );
}

/** What the reader takes pasted and fetched text for. */
const CONFIG = "config.json";

function Pasted({ read }: { readonly read: (files: readonly File[]) => void }): JSX.Element {
  const words = useWords().own;
  const id = useId();
  const [text, setText] = useState("");
  return (
    <div class="control">
      <label for={id}>{words.paste}</label>
      <textarea
        id={id}
        rows={4}
        value={text}
        spellcheck={false}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <button type="button" onClick={() => read([new File([text], CONFIG)])}>
        {words.use}
      </button>
    </div>
  );
}
