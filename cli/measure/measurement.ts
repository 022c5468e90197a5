/** One measurement as it is shown, kept and compared. */
import type { Network } from "../../core/index.ts";
import type { Session } from "../../core/optimise/index.ts";
import type { ModelTimes } from "../../measure/onnx/index.ts";
import type { MeasuredModel } from "./measured-model.ts";
import type { Predicted } from "./predicted.ts";

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly system: string;
}

export interface Measurement extends ModelTimes {
  /** Date and time, ISO 8601. */
  readonly at: string;
  readonly model: {
    readonly name: string;
    readonly sha256: string;
    readonly bytes: number;
    readonly sizes: Readonly<Record<string, number>>;
  };
  readonly engine: string;
  readonly session: Session;
  readonly machine: Machine;
  /** Null where nothing is known of the machine. */
  readonly predicted: Predicted | null;
  /** Why its times are no result; empty where they are. */
  readonly doubts: readonly string[];
}

export function measurementOf(given: {
  readonly at: string;
  readonly model: MeasuredModel;
  readonly network: Network;
  readonly session: Session;
  readonly engine: string;
  readonly machine: Machine;
  readonly times: ModelTimes;
  readonly predicted: Predicted | null;
}): Measurement {
  const { model, network, times, ...others } = given;
  const { name, sha256, bytes } = model;
  return {
    ...others,
    ...times,
    model: { name, sha256, bytes: bytes.length, sizes: network.sizes ?? {} },
    doubts: doubts(times),
  };
}

/** Above this share of waiting, times are those of the other work. */
const PRESSURE_MAX = 0.1;
/** Between the fastest and the slowest process, of their middle. */
const SPREAD_MAX = 0.1;

export function doubts({
  pressure,
  repeats,
  latency,
}: Pick<ModelTimes, "pressure" | "repeats" | "latency">): readonly string[] {
  const medians = repeats.map(({ median }) => median);
  const spread = (Math.max(...medians) - Math.min(...medians)) / latency.median;
  const share = (value: number) => `${Math.round(100 * value)} %`;
  return [
    ...(pressure !== null && pressure > PRESSURE_MAX
      ? [`other work: something waited for a processor ${share(pressure)} of the time`]
      : []),
    ...(spread > SPREAD_MAX ? [`processes of the same model differ by ${share(spread)}`] : []),
  ];
}
