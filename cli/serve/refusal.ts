/** What is wrong with a request, as its body in JSON. */
import * as z from "zod";
import { shown } from "../../core/result.ts";

export const refusalSchema = z.strictObject({
  error: z.strictObject({
    path: z.array(z.union([z.string(), z.number()])).describe("where in the question"),
    expected: z.string(),
    got: z.string(),
  }),
});

export type Refusal = z.infer<typeof refusalSchema>;

export function refusal(
  path: readonly (string | number)[],
  expected: string,
  got: unknown,
): Refusal {
  return { error: { path: [...path], expected, got: typeof got === "string" ? got : shown(got) } };
}
