/**
 * The machine that was measured in a browser. One measured here is kept, so that plans know it the next time too; one
 * that an address brings is known as long as the page is open, and takes no place of the one kept.
 */

export const OWN_MACHINE = "my-machine";
export const OWN_VENDOR = "Own";

/** Beside the name of the machine in an address: the machine itself, as text. */
const LINK = "machine";
const KEY = "tenlane-machine";

let known = (): void => {};
let used: UsedMachine = { text: null, isLinked: false };

export interface UsedMachine {
  /** As `web/worker/link-text.ts` writes it; null where there is none. */
  readonly text: string | null;
  /** Whether an address brought it, and it is not the one kept here. */
  readonly isLinked: boolean;
}

/** The machine that "my-machine" is at this moment. */
export function usedMachine(): UsedMachine {
  return used;
}

/** `told` is called whenever another machine is used. */
export function onMachine(told: () => void): void {
  known = told;
}

/** Keeps a machine in this browser, and uses it. */
export function keepMachine(text: string): void {
  localStorage.setItem(KEY, text);
  use(text);
}

/** Uses the machine that `query` brings, or else the one kept here; whether it was written into the query. */
export function followMachine(query: URLSearchParams): boolean {
  const before = query.get(LINK);
  use(before ?? localStorage.getItem(KEY) ?? used.text);
  linkMachine(query);
  return query.get(LINK) !== before;
}

/** Writes the machine in use beside its name; nothing where it is not named. */
export function linkMachine(query: URLSearchParams): void {
  if (used.text !== null && namesMachine(query)) query.set(LINK, used.text);
  else query.delete(LINK);
}

/** Whether a value of the query is the machine, or its vendor. */
export function namesMachine(query: URLSearchParams): boolean {
  return [...query].some(
    ([name, value]) =>
      name !== LINK &&
      value.split(/[\s,]+/u).some((word) => word === OWN_MACHINE || word === OWN_VENDOR),
  );
}

function use(text: string | null): void {
  const isLinked = text !== null && text !== localStorage.getItem(KEY);
  if (text === used.text && isLinked === used.isLinked) return;
  used = { text, isLinked };
  known();
}
