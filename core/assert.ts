/** A mistake of ours, never of the user's input. Nobody catches it; the stack is the message. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

/** Throws an {@link AssertionError} unless `condition` holds. Put the offending values in `message`. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}
