/**
 * Imports that go to the module itself. esbuild splits bundles file by file and follows all that a file in use imports,
 * whatever `sideEffects` says: one name from a folder's index would bring the whole folder into the first chunk.
 *
 * Source: https://github.com/evanw/esbuild/issues/2869
 */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

const FROM_INDEX = /^(import|export) \{([^}]*)\} from "(\.[^"]*\/index\.ts)";/gmu;
const HANDED_ON = /^export \{([^}]*)\} from "(\.[^"]*)";/gmu;

interface Home {
  readonly module: string;
  readonly name: string;
}

const homesOf = new Map<string, ReadonlyMap<string, Home>>();

/** `text` of `module` with each value that an index hands on imported from where it is written. */
export function straightImports(text: string, module: string): string {
  return text.replaceAll(FROM_INDEX, (_, verb: string, list: string, from: string) => {
    const index = resolve(dirname(module), from);
    return valuesOf(list)
      .map(({ name, as }) => {
        const home = homes(index).get(name) ?? { module: index, name };
        return `${verb} { ${home.name} as ${as} } from ${JSON.stringify(home.module)};`;
      })
      .join(" ");
  });
}

function homes(index: string): ReadonlyMap<string, Home> {
  const known = homesOf.get(index);
  if (known !== undefined) return known;
  const found = new Map<string, Home>();
  for (const [, list = "", from = ""] of readFileSync(index, "utf8").matchAll(HANDED_ON)) {
    const module = resolve(dirname(index), from);
    const deeper = from.endsWith("/index.ts") ? homes(module) : undefined;
    for (const { name, as } of valuesOf(list)) {
      found.set(as, deeper?.get(name) ?? { module, name });
    }
  }
  homesOf.set(index, found);
  return found;
}

/** The names of a list in braces and what each is called here, without types. */
function valuesOf(list: string): readonly { readonly name: string; readonly as: string }[] {
  return list
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "" && !item.startsWith("type "))
    .map((item) => {
      const [name = item, as = name] = item.split(" as ");
      return { name, as };
    });
}
