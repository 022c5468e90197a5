export { buildNetwork, withInput } from "./build.ts";
export type { InputSizes, NetworkSpec } from "./build.ts";
