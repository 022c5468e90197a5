/** A certificate as a page that stands alone: no script, nothing fetched. */
import { SHIPPED, type Certificate } from "../../core/optimise/index.ts";
import { quantityText, significant } from "../../core/report/index.ts";
import { deploymentTable } from "./deployment-table.ts";
import { decibelText, END_WORDS, gainText, headline, marked, PARETO, ratioText } from "./words.ts";

export function certificatePage(certificate: Certificate): string {
  const { input, chosen } = certificate;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(input.name)}: ${escaped(chosen)}</title>
<style>${STYLE}</style>
<main>
<h1>${escaped(input.name)}</h1>
<p class="lead">${escaped(headline(certificate).slice(input.name.length + 2))}</p>
${warning(certificate)}
<h2>What was tried</h2>
${bars(certificate)}
${candidateTable(certificate)}
<p class="soft">${PARETO}</p>
<h2>What was changed</h2>
${editTable(certificate)}
${throughput(certificate)}
${reachedTable(certificate)}
<h2>Where and how</h2>
${factTable(certificate)}
<p>Run it again: <code>${escaped(certificate.command)}</code>. Check it elsewhere: <code>tenlane verify</code> with the
certificate beside this page.</p>
</main>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2126; --paper: #fff; --soft: #5d6872; --line: #d8dee3; --good: #1b7f5c; --bad: #c2452d; --bar: #9fb3c8 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecef; --paper: #15191d; --soft: #9aa6b1; --line: #333b43; --good: #4cc38a; --bad: #ff8a70; --bar: #4a5d70 } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
h1 { font-size: 1.5rem; margin: 0 0 .3rem; overflow-wrap: anywhere } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
.lead { font-size: 1.1rem } .warn { border-left: 3px solid var(--bad); padding-left: .8rem }
.wide { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: .9rem }
th, td { text-align: left; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
td.n, th.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
.gain { color: var(--good) } .refused, .failed, .slower { color: var(--bad) } .soft { color: var(--soft) }
code { font-size: .85rem; overflow-wrap: anywhere } svg { width: 100%; height: auto; display: block; margin: .5rem 0 1rem }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif }
`;

function warning({ assumptions }: Certificate): string {
  if (assumptions.length === 0) return "";
  return `<div class="warn">${assumptions.map((text) => `<p>${escaped(text)}</p>`).join("")}</div>`;
}

const BAR_WIDTH = 720;
const BAR_LEFT = 270;
const BAR_RIGHT = 130;
const ROW = 22;

/** Times of those that were timed, with the interval of each as a whisker. */
function bars({ candidates, chosen }: Certificate): string {
  const timed = candidates.flatMap(({ name, comparison }) =>
    comparison === undefined ? [] : [{ name, ratio: comparison.ratio }],
  );
  if (timed.length === 0) return "";
  const one = { name: SHIPPED, ratio: { lower: 1, middle: 1, upper: 1 } };
  const rows = [one, ...timed];
  const most = Math.max(...rows.map(({ ratio }) => 1 / ratio.lower));
  const across = (share: number) =>
    (BAR_LEFT + (share / most) * (BAR_WIDTH - BAR_LEFT - BAR_RIGHT)).toFixed(1);
  const body = rows.map(({ name, ratio }, index) => {
    const y = index * ROW;
    const colour = name === chosen ? "var(--good)" : "var(--bar)";
    const [from, to] = [across(1 / ratio.upper), across(1 / ratio.lower)];
    const end = across(1 / ratio.middle);
    return [
      `<text x="${BAR_LEFT - 8}" y="${y + 15}" text-anchor="end">${escaped(shortened(name))}</text>`,
      `<rect x="${BAR_LEFT}" y="${y + 4}" width="${(Number(end) - BAR_LEFT).toFixed(1)}" height="14" fill="${colour}"/>`,
      `<path d="M${from} ${y + 11}H${to}" stroke="var(--ink)"/>`,
      `<text x="${(Number(to) + 6).toFixed(1)}" y="${y + 15}">${name === SHIPPED ? "1" : escaped(ratioText(ratio))}</text>`,
    ].join("");
  });
  const label = "Time of a run by candidate, the file as shipped first: shorter is faster";
  return `<svg viewBox="0 0 ${BAR_WIDTH} ${rows.length * ROW + 4}" role="img" aria-label="${label}"><title>${label}</title>${body.join("")}</svg>`;
}

const NAME_MAX = 42;

function shortened(name: string): string {
  return name.length <= NAME_MAX ? name : `…${name.slice(1 - NAME_MAX)}`;
}

function candidateTable(certificate: Certificate): string {
  const rows = certificate.candidates.map((each) => {
    const { name, end, reason, bytes, comparison, predicted } = each;
    const time = comparison?.after.median;
    return [
      cell(`${marked(certificate, each)} ${name}`.trim()),
      number(time === undefined ? "" : quantityText(time, "time")),
      number(comparison === undefined ? "" : gainText(comparison)),
      number(predicted === undefined ? "" : `${predicted.toFixed(2)}×`),
      number(bytes === undefined ? "" : quantityText(bytes, "size")),
      number(decibelText(each)),
      cell(END_WORDS[end], end),
      cell(reason),
    ].join("");
  });
  return table(
    ["candidate", "#time", "#faster", "#foreseen", "#size", "#error", "ended", "why"],
    rows,
  );
}

function editTable({ candidates, chosen }: Certificate): string {
  const edits = candidates.find(({ name }) => name === chosen)?.edits ?? [];
  if (edits.length === 0) return `<p class="soft">Nothing.</p>`;
  const rows = edits.map(({ rewrite, count, why, removed, added }) =>
    [
      cell(rewrite),
      number(String(count)),
      cell(tally(removed)),
      cell(tally(added)),
      cell(why),
    ].join(""),
  );
  return table(["rewrite", "#edits", "taken out", "put in", "for instance"], rows);
}

function tally(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");
}

function throughput(certificate: Certificate): string {
  if (certificate.deployments.length === 0) return "";
  const { columns, rows } = deploymentTable(certificate);
  const titles = columns.map(({ title, align }) => (align === "right" ? `#${title}` : title));
  const cells = rows.map((row) =>
    row.map((text, at) => (columns[at]?.align === "right" ? number(text) : cell(text))).join(""),
  );
  return `<h2>Throughput</h2>${table(titles, cells)}`;
}

function reachedTable({ reached, ceilings }: Certificate): string {
  if (reached === null) return "";
  const share = (rate: number, of: number | undefined) =>
    of === undefined ? "" : ` (${quantityText(rate / of, "fraction")})`;
  const rows = (["before", "after"] as const).map((side) => {
    const { time, flops, bandwidth } = reached[side];
    return [
      cell(side),
      number(quantityText(time, "time")),
      number(`${quantityText(flops, "compute")}${share(flops, ceilings?.flops)}`),
      number(`${quantityText(bandwidth, "bandwidth")}${share(bandwidth, ceilings?.bandwidth)}`),
    ].join("");
  });
  const heads = ["", "#time", "#arithmetic, of the ceiling", "#memory, of the ceiling"];
  return `<h2>Against the ceiling</h2>${table(heads, rows)}`;
}

function factTable(certificate: Certificate): string {
  const { machine, versions, input, output, heldOut, calibration, made, spent } = certificate;
  const facts: readonly (readonly [string, string])[] = [
    ["model", `${input.sha256} (${quantityText(input.bytes, "size")})`],
    ["result", `${output.sha256} (${quantityText(output.bytes, "size")})`],
    ["processor", `${machine.processor}, ${machine.cores} cores, ${machine.system}`],
    [
      "load",
      `${significant(machine.load.before)} before, ${significant(machine.load.after)} after`,
    ],
    [
      "versions",
      Object.entries(versions)
        .map(([name, text]) => `${name} ${text}`)
        .join(", "),
    ],
    ["judged on", `${heldOut.count} samples, ${heldOut.source}`],
    ["calibrated on", `${calibration.count} samples, ${calibration.source}`],
    ["made", `${made}, in ${quantityText(spent, "time")}`],
  ];
  return table(
    [],
    facts.map(([name, text]) => `<th>${name}</th><td><code>${escaped(text)}</code></td>`),
  );
}

/** Titles with "#" are of numbers. */
function table(titles: readonly string[], rows: readonly string[]): string {
  const head = titles
    .map((title) =>
      title.startsWith("#") ? `<th class="n">${title.slice(1)}</th>` : `<th>${title}</th>`,
    )
    .join("");
  const body = rows.map((row) => `<tr>${row}</tr>`).join("\n");
  return `<div class="wide"><table>${head === "" ? "" : `<tr>${head}</tr>`}\n${body}</table></div>`;
}

function cell(text: string, kind = ""): string {
  return `<td${kind === "" ? "" : ` class="${kind}"`}>${escaped(text)}</td>`;
}

function number(text: string): string {
  return `<td class="n">${escaped(text)}</td>`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
