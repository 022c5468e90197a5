/** The claims of the catalogue, and the one that a sentence makes. */
import {
  decodeClaim,
  findDevice,
  systemFor,
  type Catalogue,
  type Claim,
  type Machines,
  type Pair,
} from "../core/index.ts";
import dgx from "../catalogue/claims/dgx-h100-9x-dgx-a100.json" with { type: "json" };
import x86 from "../catalogue/claims/h100-20-40x-dual-xeon.json" with { type: "json" };
import fpga from "../catalogue/claims/azure-fpga-one-thing.json" with { type: "json" };
import inferentia from "../catalogue/claims/inf1-current.json" with { type: "json" };
import tpu from "../catalogue/claims/tpu-one-device.json" with { type: "json" };
import hbm from "../catalogue/claims/blackwell-hbm3e-generation.json" with { type: "json" };
import shares from "../catalogue/claims/nvidia-share-price.json" with { type: "json" };
import { accepted, inputError } from "./input-error.ts";

export const CLAIMS: readonly Claim[] = [dgx, x86, fpga, inferentia, tpu, hbm, shares].map((file) =>
  accepted(decodeClaim(file), "catalogue/claims"),
);

/** What a sentence asks: a claim of the catalogue, a pair of machines, or both. */
export interface AskedClaim {
  readonly claim: Claim | null;
  readonly pair: Pair | null;
}

/** "A vs B", "A over B", "A is 9x B for training". */
const PAIR =
  /^(?<of>.+?)\s+(?:vs\.?|versus|over|(?:is|are)\s+[\d.,\s–-]+\s*(?:x|×|times)(?:\s+as fast as)?)\s+(?<over>.+?)(?:\s+for\s+.+)?$/iu;

/** Errors: neither a claim that is known nor two machines that are. */
export function askedClaim(text: string, catalogue: Catalogue): AskedClaim {
  const plain = (each: string) =>
    each
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/gu, " ")
      .trim();
  const known = CLAIMS.find(({ id, statement }) =>
    [id, statement].map(plain).includes(plain(text)),
  );
  if (known !== undefined) return { claim: known, pair: pairOf(known, catalogue) };
  const { of, over } = PAIR.exec(text.trim())?.groups ?? {};
  if (of === undefined || over === undefined)
    throw inputError("claim", 'one of tenlane claim --list, or "A vs B"', text);
  return {
    claim: null,
    pair: { of: machines(of, catalogue), over: machines(over, catalogue) },
  };
}

function pairOf({ pair }: Claim, catalogue: Catalogue): Pair | null {
  if (pair === undefined) return null;
  const machinesOf = ({ device, count }: { device: string; count: number }) =>
    machines(`${count} x ${device}`, catalogue);
  return { of: machinesOf(pair.of), over: machinesOf(pair.over) };
}

/** "8 x h100-sxm", a device, or a system by its name, which is as many devices as it holds. */
function machines(text: string, catalogue: Catalogue): Machines {
  const plain = text.trim().toLowerCase();
  const whole = catalogue.systems.filter(
    ({ id, name }) =>
      id.replace(/-\d+$/u, "") === plain.replaceAll(" ", "-") ||
      id === plain ||
      name.toLowerCase() === plain,
  );
  const chassis = whole.at(-1);
  const [, count = "1", name = text] = /^(\d+)\s*[x×*]\s*(\S.*)$/iu.exec(text.trim()) ?? [];
  const device = accepted(findDevice(catalogue, chassis?.device ?? name), "claim");
  return { system: systemFor(catalogue, device), count: chassis?.count ?? Number(count) };
}
