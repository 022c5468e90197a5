/** The machine that was measured here: kept by this browser, so that plans know it the next time too. */
export const OWN_MACHINE = "my-machine";

const KEY = "tenlane-machine";

/** Its entries for the catalogue, as text of JSON; null where none was kept. */
export function keptMachine(): string | null {
  return localStorage.getItem(KEY);
}

export function keepMachine(entries: string): void {
  localStorage.setItem(KEY, entries);
}
