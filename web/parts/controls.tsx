/** Form controls: a label and the browser's own element, so that keyboard and screen reader work. */
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { useWords } from "./context.ts";

interface Labelled {
  readonly label: string;
}

export function Choice<T extends string>({
  label,
  value,
  options,
  change,
}: Labelled & {
  readonly value: T;
  readonly options: readonly (readonly [value: T, text: string])[];
  readonly change: (value: T) => void;
}): JSX.Element {
  const id = useId();
  return (
    <div class="control">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = options[currentTarget.selectedIndex];
          if (chosen !== undefined) change(chosen[0]);
        }}
      >
        {options.map(([each, text]) => (
          <option key={each} value={each} selected={each === value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A text with suggestions; committed on change, not on every key. */
export function Suggested({
  label,
  value,
  suggestions,
  change,
}: Labelled & {
  readonly value: string;
  readonly suggestions: readonly (readonly [value: string, text: string])[];
  readonly change: (value: string) => void;
}): JSX.Element {
  const id = useId();
  return (
    <div class="control">
      <label for={id}>{label}</label>
      <input
        id={id}
        list={`${id}-list`}
        value={value}
        autocomplete="off"
        spellcheck={false}
        onChange={({ currentTarget }) => change(currentTarget.value.trim())}
      />
      <Suggestions id={`${id}-list`} of={suggestions} />
    </div>
  );
}

/** What a text field of the list `id` suggests. */
function Suggestions({
  id,
  of,
}: {
  readonly id: string;
  readonly of: readonly (readonly [value: string, text: string])[];
}): JSX.Element {
  return (
    <datalist id={id}>
      {of.map(([each, text]) => (
        <option key={each} value={each}>
          {text}
        </option>
      ))}
    </datalist>
  );
}

/** Any of many, by id: each that is chosen can be taken away, and one more is added by its id or name. */
export function Several({
  label,
  value,
  options,
  most = Infinity,
  change,
}: Labelled & {
  readonly value: readonly string[];
  readonly options: readonly (readonly [id: string, name: string])[];
  readonly most?: number;
  readonly change: (value: readonly string[]) => void;
}): JSX.Element {
  const words = useWords();
  const id = useId();
  const nameOf = (each: string): string => options.find(([known]) => known === each)?.[1] ?? each;
  const added = (text: string): void => {
    const [known = text] = options.find(([each, name]) => each === text || name === text) ?? [];
    if (known !== "" && !value.includes(known)) change([...value, known]);
  };
  return (
    <div class="control several">
      <label for={id}>{label}</label>
      <div class="chosen">
        {value.map((each) => (
          <button
            key={each}
            type="button"
            aria-label={words.takeAway(nameOf(each))}
            onClick={() => change(value.filter((other) => other !== each))}
          >
            {nameOf(each)} <span aria-hidden="true">×</span>
          </button>
        ))}
      </div>
      <input
        id={id}
        list={`${id}-list`}
        autocomplete="off"
        spellcheck={false}
        disabled={value.length >= most}
        placeholder={value.length >= most ? "" : words.add}
        onChange={({ currentTarget }) => {
          added(currentTarget.value.trim());
          currentTarget.value = "";
        }}
      />
      <Suggestions id={`${id}-list`} of={options} />
    </div>
  );
}

/** A quantity on a slider whose steps are even in the logarithm; null at its far end is no limit. */
export function LogSlider({
  label,
  value,
  min,
  max,
  text,
  none,
  change,
}: Labelled & {
  readonly value: number | null;
  readonly min: number;
  readonly max: number;
  readonly text: (value: number) => string;
  /** What the far end says where it means no limit; without it the slider always has a value. */
  readonly none?: string;
  readonly change: (value: number | null) => void;
}): JSX.Element {
  const id = useId();
  const at =
    value === null ? STEPS : Math.round((STEPS * Math.log(value / min)) / Math.log(max / min));
  const valueAt = (step: number): number | null =>
    none !== undefined && step >= STEPS ? null : rounded(min * (max / min) ** (step / STEPS));
  const said = value === null ? (none ?? "") : text(value);
  return (
    <div class="control">
      <label for={id}>{label}</label>
      <output for={id}>{said}</output>
      <input
        id={id}
        type="range"
        min={0}
        max={STEPS}
        step={1}
        value={at}
        aria-valuetext={said}
        onInput={({ currentTarget }) => change(valueAt(currentTarget.valueAsNumber))}
      />
    </div>
  );
}

const STEPS = 120;
const DIGITS = 2;

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

export function Tick({
  label,
  value,
  change,
}: Labelled & {
  readonly value: boolean;
  readonly change: (value: boolean) => void;
}): JSX.Element {
  return (
    <label class="tick">
      <input
        type="checkbox"
        checked={value}
        onChange={({ currentTarget }) => change(currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}

export function Ticks({
  label,
  options,
  value,
  change,
}: Labelled & {
  readonly options: readonly string[];
  readonly value: readonly string[];
  readonly change: (value: readonly string[]) => void;
}): JSX.Element {
  return (
    <Group label={label}>
      <div class="ticks">
        {options.map((option) => (
          <Tick
            key={option}
            label={option}
            value={value.includes(option)}
            change={(isOn) =>
              change(isOn ? [...value, option] : value.filter((each) => each !== option))
            }
          />
        ))}
      </div>
    </Group>
  );
}

export function Group({
  label,
  children,
}: Labelled & { readonly children: ComponentChildren }): JSX.Element {
  return (
    <fieldset>
      <legend>{label}</legend>
      {children}
    </fieldset>
  );
}
