export { decoderOf, freshOutputs, shareCache, SHARED_CACHE } from "./share-cache.ts";
export type { Decoder, FreshOutputs } from "./share-cache.ts";
