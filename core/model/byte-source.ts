/**
 * Bytes that can be read piece by piece: a file handle, an HTTP range request, or memory. Readers
 * ask for headers only, so a file of 400 GB costs what its header costs.
 */
export interface ByteSource {
  /** All bytes there are. */
  readonly size: number;
  /** `length` bytes from `offset`; fewer only where the source ends. */
  read(offset: number, length: number): Promise<Uint8Array> | Uint8Array;
}

/** Bytes already in memory as a source. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  };
}
