/** A quantity with its unit as a field of a file: "200 ms" becomes 0.2, zero or more. */
import * as z from "zod";
import { parseQuantity, type Dimension } from "./quantity.ts";

export function quantitySchema(dimension: Dimension): z.ZodType<number, string> {
  return z.string().transform((text, context) => {
    const read = parseQuantity(text, dimension);
    if (read.ok && read.value >= 0) return read.value;
    context.addIssue({ code: "custom", message: read.ok ? "zero or more" : read.error.expected });
    return z.NEVER;
  });
}
