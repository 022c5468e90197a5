/** A profile and what it changes, for programs and for people. */
import {
  quantityText,
  significant,
  type Profile,
  type ProfileName,
  type ProfileSample,
  type Table,
} from "../core/index.ts";
import type { Answer } from "./answer.ts";
import { laidOut } from "./layout.ts";
import { savedText } from "./profile-option.ts";

export interface Compared extends ProfileSample {
  /** Estimated with the profile. */
  readonly refitted: number;
}

const NAMES: Readonly<Record<ProfileName, string>> = {
  first: "time to first token",
  token: "time per output token",
  rate: "output rate",
};

/** Rates are kept as seconds a token, so that every factor is one of time. */
export function profileAnswer(
  profile: Profile,
  samples: readonly Compared[],
  saved: string | undefined,
): Answer {
  return {
    json: { profile, samples },
    text: (shell) =>
      [
        profile.about,
        "",
        laidOut(sampleTable(samples), shell),
        ...Object.entries(profile.factors).map(
          ([name, factor]) => `${NAMES[name as ProfileName]}: × ${significant(factor)} in time`,
        ),
        savedText(saved),
        "",
      ].join("\n"),
  };
}

function sampleTable(samples: readonly Compared[]): Table {
  return {
    columns: [
      { title: "quantity", align: "left" },
      { title: "measured", align: "right" },
      { title: "shipped", align: "right" },
      { title: "error", align: "right" },
      { title: "with profile", align: "right" },
      { title: "error", align: "right" },
    ],
    rows: samples.map(({ name, measured, estimated, refitted }) => [
      NAMES[name],
      valueText(name, measured),
      valueText(name, estimated),
      errorText(name, estimated, measured),
      valueText(name, refitted),
      errorText(name, refitted, measured),
    ]),
  };
}

function valueText(name: ProfileName, time: number): string {
  return name === "rate" ? quantityText(1 / time, "tokenRate") : quantityText(time, "time");
}

/** Of the figure as it is shown: a rate for rates. */
function errorText(name: ProfileName, estimated: number, measured: number): string {
  const ratio = name === "rate" ? measured / estimated : estimated / measured;
  const percent = 100 * (ratio - 1);
  return `${percent > 0 ? "+" : ""}${percent.toFixed(1)} %`;
}
