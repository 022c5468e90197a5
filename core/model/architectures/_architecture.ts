/** A family of networks: figures, checked, drawn as nodes. */
import * as z from "zod";
import { ok, refuse, type Result } from "../../result.ts";
import type { Network } from "../network.ts";
import { Sketch } from "./_sketch.ts";

export type Drawing = Pick<Network, "inputs" | "nodes">;

export interface Architecture {
  /** Errors: a figure that is missing, unknown or of the wrong kind, with its path. */
  readonly draw: (figures: unknown) => Result<Drawing>;
}

export function architecture<S extends z.ZodType>(
  schema: S,
  draw: (sketch: Sketch, figures: z.output<S>) => void,
): Architecture {
  return {
    draw: (figures) => {
      const parsed = schema.safeParse(figures);
      if (!parsed.success) return refusal(parsed.error, figures);
      const sketch = new Sketch();
      draw(sketch, parsed.data);
      return ok({ inputs: sketch.inputs, nodes: sketch.nodes });
    },
  };
}

function refusal(error: z.ZodError, figures: unknown): Result<never> {
  const [issue] = error.issues;
  const path = (issue?.path ?? []).map((step) => (typeof step === "number" ? step : String(step)));
  return refuse(path, issue?.message ?? "figures of the family", valueAt(figures, path));
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null
        ? (new Map(Object.entries(inner)).get(String(step)) ?? null)
        : inner,
    value,
  );
}

export const count: z.ZodType<number> = z.int().positive();

/** Height and width; one number for a square. */
export const imageSize: z.ZodType<readonly [number, number]> = z
  .union([count, z.tuple([count, count])])
  .transform((size): readonly [number, number] => (typeof size === "number" ? [size, size] : size));
