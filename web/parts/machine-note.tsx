/** Whose machine a view is of: measured here, brought by the address, or missing. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ask } from "../ask.ts";
import { OWN_MACHINE, type UsedMachine } from "../own-machine.ts";
import { ownDevice, type Machine } from "../road/own-device.ts";
import type { Refused } from "../worker/messages.ts";
import { save } from "./actions.tsx";
import { useWords } from "./context.ts";
import { RefusedNote } from "./refused.tsx";

export function MachineNote({ text, isLinked }: UsedMachine): JSX.Element | null {
  const words = useWords().machine;
  const [machine, setMachine] = useState<Machine | null>(null);
  const [refused, setRefused] = useState<Refused | null>(null);
  useEffect(() => {
    setMachine(null);
    setRefused(null);
    return text === null
      ? undefined
      : ask("machine", { text }, { part: setMachine, refused: setRefused });
  }, [text]);
  if (text === null) return <p class="hint machine">{words.lost}</p>;
  if (refused !== null) {
    return (
      <div class="machine">
        <p class="hint">{words.cut}</p>
        <RefusedNote refused={refused} />
      </div>
    );
  }
  if (machine === null) return null;
  if (!isLinked) return <p class="hint machine">{words.own}</p>;
  const file = (): string => JSON.stringify(ownDevice(machine, "Machine of a link"), null, 2);
  return (
    <p class="hint machine">
      {words.linked(machine.date)}{" "}
      <button type="button" onClick={() => save(`${OWN_MACHINE}.json`, "application/json", file())}>
        {words.file}
      </button>
    </p>
  );
}
