export type * from "./operator.ts";
export { deviceCount } from "./operator.ts";
