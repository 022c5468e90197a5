/** Every law, in the order STYLE.md tells them. */
import { comments, sources } from "./comments.ts";
import { deadExports, exportCount } from "./exports.ts";
import { entrances, heldOut, importTable, noCycles } from "./imports.ts";
import { bannedWords, unitSuffixes } from "./names.ts";
import { noIds, purity } from "./purity.ts";
import type { Rule } from "./source-file.ts";

/** `ids` are the devices and systems of the catalogue, `models` its models; core names none. */
export function rules(ids: ReadonlySet<string>, models: ReadonlySet<string>): readonly Rule[] {
  return [
    importTable,
    entrances,
    heldOut,
    noCycles,
    bannedWords,
    unitSuffixes,
    purity,
    noIds(ids, models),
    sources,
    comments,
    exportCount,
    deadExports,
  ];
}
