export { decoderOf, hasSharedCache, shareCache, SHARED_CACHE } from "./share-cache.ts";
export type { Decoder } from "./share-cache.ts";
