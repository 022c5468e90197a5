export { inputTokens } from "./_embedding.ts";
export { expand, SINGLE_DEVICE } from "./expand.ts";
export type * from "./operator.ts";
export { deviceCount } from "./operator.ts";
export { touchedExperts } from "./touched.ts";
export { expandNetwork } from "./network.ts";
