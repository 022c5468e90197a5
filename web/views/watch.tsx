/** What the sensors of the machine say, where the page is served by the machine itself. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { significant } from "../../core/index.ts";
import { Actions } from "../parts/actions.tsx";
import { useWords } from "../parts/context.ts";
import { quantityText } from "../parts/quantity.ts";
import { DataTable } from "../parts/table.tsx";
import { WatchCourse } from "./watch-course.tsx";
import type { Reading, Sample } from "./watch-points.ts";

interface Alert {
  readonly rule: string;
  readonly subject: string;
  readonly severity: "warning" | "critical";
  readonly reason: string;
  readonly action: string;
}

/** As `tenlane watch --once --json` has it. */
interface Watched extends Sample {
  readonly alerts: readonly Alert[];
}

const EVERY_MILLISECONDS = 5000;
/** An hour of samples. */
const KEPT = 720;

export function View(): JSX.Element {
  const { watch: words, lang } = useWords();
  const { samples, isMissing } = useSensors();
  const watched = samples.at(-1) ?? null;
  return (
    <section aria-busy={watched === null && !isMissing} id="answer">
      <h1>{words.heading}</h1>
      <p class="hint">{words.about}</p>
      {watched === null ? (
        <p role="status">{isMissing ? words.none : words.working}</p>
      ) : (
        <>
          <p>{words.at(new Date(watched.at).toLocaleTimeString(lang))}</p>
          <Alerts alerts={watched.alerts} />
          <WatchCourse samples={samples} />
          <h2>{words.readings}</h2>
          <DataTable
            label={words.readings}
            columns={[
              { title: words.reading },
              { title: words.labels },
              { title: words.value, isNumber: true },
            ]}
            rows={watched.readings.map(({ name, labels, value }) => ({
              id: `${name} ${labelsText(labels)}`,
              cells: [name, labelsText(labels), valueText(name, value)],
            }))}
          />
        </>
      )}
      <Actions
        command="tenlane watch --once"
        sheet={{
          name: "watch",
          columns: ["reading", "labels", "value"],
          rows: (watched?.readings ?? []).map(({ name, labels, value }) => [
            name,
            labelsText(labels),
            value,
          ]),
          json: watched,
        }}
      />
    </section>
  );
}

function Alerts({ alerts }: { readonly alerts: readonly Alert[] }): JSX.Element {
  const words = useWords().watch;
  if (alerts.length === 0) {
    return (
      <p class="verdict kept" role="status">
        {words.well}
      </p>
    );
  }
  return (
    <>
      <h2>{words.alerts}</h2>
      <DataTable
        label={words.alerts}
        columns={[
          { title: words.rule },
          { title: words.severity },
          { title: words.subject },
          { title: words.reason },
          { title: words.action },
        ]}
        rows={alerts.map(({ rule, severity, subject, reason, action }) => ({
          id: `${rule} ${subject}`,
          cells: [rule, words.severities[severity], subject, reason, action],
        }))}
      />
    </>
  );
}

/** Bytes as people count them; all else in the unit that its name has. */
function valueText(name: string, value: number): string {
  return name.endsWith("_bytes") ? quantityText(value, "size") : significant(value);
}

function labelsText(labels: Reading["labels"]): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

/** Asks the page's own server again and again; a page without one is told so once. */
function useSensors(): { readonly samples: readonly Watched[]; readonly isMissing: boolean } {
  const [samples, setSamples] = useState<readonly Watched[]>([]);
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    const leaving = new AbortController();
    const read = (): void =>
      void fetch(new URL("api/watch", document.baseURI), { signal: leaving.signal })
        .then(async (answer) => {
          if (!answer.ok) throw new Error("no sensors");
          const watched = (await answer.json()) as Watched;
          setSamples((before) => [...before, watched].slice(-KEPT));
        })
        .catch(() => leaving.signal.aborted || setMissing(true));
    read();
    const clock = setInterval(read, EVERY_MILLISECONDS);
    return () => {
      leaving.abort();
      clearInterval(clock);
    };
  }, []);
  return { samples, isMissing };
}
