export { shareCache } from "./share-cache.ts";
export type { Decoder } from "./share-cache.ts";
