export { buildNetwork, withInput, type NetworkSpec } from "./build.ts";
