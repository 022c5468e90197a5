/** The claims of a catalogue, and the one that a sentence makes. */
import { type Catalogue, findDevice, systemFor } from "../catalogue/index.ts";
import { ok, refuse, type Result } from "../result.ts";
import { type Claim, type ClaimedFleet, decodeClaim } from "./claim.ts";
import type { Machines, Pair } from "./compare.ts";
import type { ClaimedUse } from "./published.ts";

/** Errors: a file of the catalogue is no claim. */
export function claims(catalogue: Catalogue): Result<readonly Claim[]> {
  const read: Claim[] = [];
  for (const file of catalogue.claims) {
    const claim = decodeClaim(file);
    if (!claim.ok) return claim;
    read.push(claim.value);
  }
  return ok(read);
}

/** What a sentence asks: a claim of the catalogue, a pair of machines, or both. */
export interface AskedClaim {
  readonly claim: Claim | null;
  readonly pair: Pair | null;
  /** How many times as fast it says; null where it says none, or a range. */
  readonly times: number | null;
  /** What it says it of; null where of all. */
  readonly use: ClaimedUse | null;
}

/** "A vs B", "A over B", "A is 9x B for training". */
const PAIR =
  /^(?<of>.+?)\s+(?:vs\.?|versus|over|(?:is|are)\s+(?<times>[\d.,\s–-]+)\s*(?:x|×|times)(?:\s+as fast as|\s+faster than)?)\s+(?<over>.+?)(?:\s+(?:for|in|at)\s+(?<use>.+))?$/iu;

const WORDS_MAX = 600;

/** Errors: neither a claim that is known nor two machines that are. */
export function askedClaim(text: string, catalogue: Catalogue): Result<AskedClaim> {
  if (text.length > WORDS_MAX) return refuse([], `at most ${WORDS_MAX} characters`, text);
  const all = claims(catalogue);
  if (!all.ok) return all;
  const known = all.value.find(({ id, statement }) =>
    [id, statement].map(plain).includes(plain(text)),
  );
  const { of, over, times, use } = PAIR.exec((known?.statement ?? text).trim())?.groups ?? {};
  const said = { claim: known ?? null, times: timesOf(times), use: useOf(use) };
  if (known !== undefined) {
    if (known.pair === undefined) return ok({ ...said, pair: null });
    return pairOf(said, [phrase(known.pair.of), phrase(known.pair.over)], catalogue);
  }
  return of === undefined || over === undefined
    ? refuse([], 'one of tenlane claim --list, or "A vs B"', text)
    : pairOf(said, [of, over], catalogue);
}

/** "9"; a range says no one number. */
function timesOf(said: string | undefined): number | null {
  const times = Number(said?.replaceAll(",", ""));
  return times > 0 && times < Infinity ? times : null;
}

function useOf(said = ""): ClaimedUse | null {
  if (/train/iu.test(said)) return "training";
  return /infer|serv|generat|decod|read/iu.test(said) ? "inference" : null;
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, " ")
    .trim();
}

function phrase({ device, count }: ClaimedFleet): string {
  return `${count} x ${device}`;
}

function pairOf(
  said: Omit<AskedClaim, "pair">,
  [above, below]: readonly [string, string],
  catalogue: Catalogue,
): Result<AskedClaim> {
  const of = machines(above, catalogue);
  if (!of.ok) return of;
  const over = machines(below, catalogue);
  return over.ok ? ok({ ...said, pair: { of: of.value, over: over.value } }) : over;
}

const COUNT_MAX = 1_000_000;

/** "8 x h100-sxm", a device, or a system by its name, which is as many devices as it holds. */
function machines(text: string, catalogue: Catalogue): Result<Machines> {
  const asked = text.trim().toLowerCase();
  const whole = catalogue.systems.filter(
    ({ id, name }) =>
      id.replace(/-\d+$/u, "") === asked.replaceAll(" ", "-") ||
      id === asked ||
      name.toLowerCase() === asked,
  );
  const chassis = whole.at(-1);
  const [, printed = "1", name = text] = /^(\d+)\s*[x×*]\s*(\S.*)$/iu.exec(text.trim()) ?? [];
  const count = chassis?.count ?? Number(printed);
  if (!(count >= 1 && count <= COUNT_MAX)) {
    return refuse([], `1 to ${COUNT_MAX} devices`, printed);
  }
  const device = findDevice(catalogue, chassis?.device ?? name);
  if (!device.ok) return device;
  const system = systemFor(catalogue, device.value);
  return ok({ system, count });
}
