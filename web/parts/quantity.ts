/** Quantities as readers of the page's language write them: units of the SI are the same, counts and words are not. */
import {
  intervalText as plainInterval,
  quantityText as plainText,
  type Interval,
  type QuantityKind,
} from "../../core/index.ts";

/** Korean counts in powers of ten thousand, and says these units in words of its own. */
const KOREAN_UNITS: Partial<Readonly<Record<QuantityKind, string>>> = {
  count: "",
  tokens: " 토큰",
  tokenRate: " 토큰/s",
  requestRate: " 요청/s",
};
const KOREAN_TIMES: Readonly<Record<string, string>> = {
  years: "년",
  days: "일",
  h: "시간",
  min: "분",
};
const DIGITS = 3;
const WHOLE_MOST = 10_000;

export function quantityText(value: number, kind: QuantityKind): string {
  if (document.documentElement.lang !== "ko") return plainText(value, kind);
  const unit = KOREAN_UNITS[kind];
  return unit === undefined ? inKorean(plainText(value, kind)) : counted(value) + unit;
}

export function intervalText(interval: Interval, kind: QuantityKind): string {
  const { p10, p50, p90 } = interval;
  if (document.documentElement.lang !== "ko") return plainInterval(interval, kind);
  const unit = KOREAN_UNITS[kind];
  if (unit === undefined) return inKorean(plainInterval(interval, kind));
  const range = p10 === p90 ? "" : ` [${counted(p10)}–${counted(p90)}]`;
  return counted(p50) + unit + range;
}

/** Of so many as are shown together: 1e6 for figures per million tokens. */
export function scaled(interval: Interval, scale: number): Interval {
  const { p10, p50, p90 } = interval;
  return { ...interval, p10: p10 * scale, p50: p50 * scale, p90: p90 * scale };
}

/** Whole numbers below ten thousand are exact, as in English. */
function counted(value: number): string {
  if (Math.abs(value) < WHOLE_MOST) return plainText(value, "count");
  const form = { notation: "compact", maximumSignificantDigits: DIGITS } as const;
  return new Intl.NumberFormat("ko", form).format(value);
}

function inKorean(text: string): string {
  return text
    .replace("samples/s", "샘플/s")
    .replace(/ (years|days|h|min)\b/u, (_, unit: string) => KOREAN_TIMES[unit] ?? unit);
}
