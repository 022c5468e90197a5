export type * from "./model.ts";
export type * from "./network.ts";
