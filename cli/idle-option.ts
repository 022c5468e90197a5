/** Which options go with which, where one without the other would change nothing: those are refused, not passed over. */
import type { Command } from "commander";
import { inputError } from "./input-error.ts";

/** Options as typed, by their names without dashes; a default is not given. */
export type Given = Readonly<Record<string, unknown>>;

/** Another option, "users", or a value of it, "arrivals gamma". */
type Beside = string;

interface Pairing {
  /** One of them is there. */
  readonly needs?: readonly Beside[];
  /** None of them is, unless one of `unless` is there too. */
  readonly excludes?: readonly Beside[];
  readonly unless?: readonly Beside[];
}

type Pairings = Readonly<Record<string, Pairing>>;

const DRAWN: Pairing = { excludes: ["replay"] };
const SCALING: Pairing = { needs: ["autoscale", "prefill-autoscale"] };

const TRAFFIC: Pairings = {
  rate: { excludes: ["users", "replay"] },
  users: DRAWN,
  arrivals: { excludes: ["users", "replay"] },
  burstiness: { needs: ["arrivals gamma", "arrivals weibull"] },
  swing: { needs: ["arrivals diurnal"] },
  period: { needs: ["arrivals diurnal"] },
  turns: DRAWN,
  shared: DRAWN,
  think: { needs: ["users", "turns"] },
  correlation: DRAWN,
  workload: DRAWN,
  input: DRAWN,
  output: DRAWN,
  // A conversation knows by itself what the cache holds of it.
  cached: { excludes: ["replay", "turns", "shared"] },
  "prefill-tp": { needs: ["prefill-replicas"] },
};

/** By command. */
const PAIRINGS = {
  simulate: {
    ...TRAFFIC,
    seeds: DRAWN,
    // Failures are drawn, whoever sends the requests.
    seed: { excludes: ["replay"], unless: ["fail-every"] },
    format: { needs: ["replay"] },
    "skip-bad": { needs: ["replay"] },
    repair: { needs: ["fail-every"] },
    "prefill-autoscale": { needs: ["prefill-replicas"] },
    "replicas-min": SCALING,
    provision: SCALING,
    "look-every": SCALING,
  },
  capacity: {
    ...TRAFFIC,
    "replicas-max": { needs: ["rate"] },
    // They are what a rate asks for; of pools apart they say the proportion.
    replicas: { excludes: ["rate"], unless: ["prefill-replicas"] },
  },
  sweep: {
    workers: { excludes: ["merge", "queue"] },
    queue: { excludes: ["merge"] },
    shard: { excludes: ["merge"] },
  },
} satisfies Readonly<Record<string, Pairings>>;

export interface IdleOption {
  readonly name: string;
  readonly expected: string;
  readonly got: string;
}

/** The first option given that would change nothing, or contradict another; null where all count. */
export function idleOption(command: keyof typeof PAIRINGS, given: Given): IdleOption | null {
  const isThere = (beside: Beside) => {
    const [name = "", value] = beside.split(" ");
    return name in given && (value === undefined || String(given[name]).toLowerCase() === value);
  };
  const pairings: Pairings = PAIRINGS[command];
  for (const [name, { needs, excludes = [], unless = [] }] of Object.entries(pairings)) {
    if (!(name in given) || unless.some(isThere)) continue;
    const wrong = excludes.find(isThere);
    if (wrong !== undefined)
      return { name, expected: `no --${wrong} beside it`, got: `--${wrong}` };
    if (needs === undefined || needs.some(isThere)) continue;
    const wanted = needs.map((each) => `--${each}`).join(" or ");
    return { name, expected: `${wanted} beside it`, got: needs.length > 1 ? "neither" : "none" };
  }
  return null;
}

/** Has `command` refuse such options before it runs. */
export function refuseIdle(command: Command, name: keyof typeof PAIRINGS): Command {
  return command.hook("preAction", () => {
    const given = command.options.flatMap((option) => {
      const key = option.attributeName();
      const isGiven = command.getOptionValueSource(key) === "cli";
      return isGiven ? [[option.name(), command.getOptionValue(key)] as const] : [];
    });
    const idle = idleOption(name, Object.fromEntries(given));
    if (idle !== null) throw inputError(`--${idle.name}`, idle.expected, idle.got);
  });
}
