/** What one does with a view: copy it as a command, save its figures, print it. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useWords } from "./context.ts";

export interface Sheet {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** What stands behind the rows, for a JSON file. */
  readonly json: unknown;
}

export function Actions({
  command,
  sheet,
}: {
  readonly command: string;
  readonly sheet: Sheet;
}): JSX.Element {
  const words = useWords();
  return (
    <div class="actions">
      <Command text={command} />
      <span>{words.save}</span>
      <button type="button" onClick={() => save(`${sheet.name}.csv`, "text/csv", csvText(sheet))}>
        CSV
      </button>
      <button
        type="button"
        onClick={() =>
          save(`${sheet.name}.json`, "application/json", JSON.stringify(sheet.json, null, 2))
        }
      >
        JSON
      </button>
      <button type="button" onClick={() => print()}>
        {words.print}
      </button>
    </div>
  );
}

/** A command line, and the button that copies it. */
export function Command({ text }: { readonly text: string }): JSX.Element {
  const words = useWords();
  const [copied, setCopied] = useState<string | null>(null);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(text);
  };
  return (
    <>
      <code>{text}</code>
      <button type="button" onClick={() => void copy()}>
        {copied === text ? words.copied : words.copyCommand}
      </button>
    </>
  );
}

/** RFC 4180, with a mark in front of texts that a spreadsheet would take for formulas. */
export function csvText({ columns, rows }: Pick<Sheet, "columns" | "rows">): string {
  return [columns, ...rows].map((row) => row.map(csvCell).join(",")).join("\r\n") + "\r\n";
}

function csvCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Hands a file to the browser to save. */
export function save(name: string, type: string, content: string | Blob): void {
  const blob = typeof content === "string" ? new Blob([content], { type }) : content;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
