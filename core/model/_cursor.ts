/** Reads little-endian values one after the other from a source, a window at a time. */
import { refuse } from "../result.ts";
import type { DecodeError } from "../result.ts";
import type { ByteSource } from "./byte-source.ts";

const WINDOW_BYTES = 2 ** 20;

/**
 * A place in a source that moves on with each value read.
 *
 * As with `Fields`, what is wrong is noted and zeros are returned from then on; loops ask {@link Cursor.problem}. A
 * header longer than `bytesMax` is refused, so that a hostile count of empty strings ends soon.
 */
export class Cursor {
  readonly #source: ByteSource;
  readonly #bytesMax: number;
  #window: DataView;
  #windowStart = 0;
  #at = 0;
  #problem: DecodeError | null = null;

  constructor(source: ByteSource, bytesMax: number) {
    this.#source = source;
    this.#bytesMax = bytesMax;
    this.#window = new DataView(new ArrayBuffer(0));
  }

  get problem(): DecodeError | null {
    return this.#problem;
  }

  /** Offset of the next value. */
  get offset(): number {
    return this.#at;
  }

  /** Bytes of the source past this place. */
  get rest(): number {
    return this.#source.size - this.#at;
  }

  refuse(path: readonly (string | number)[], expected: string, got: unknown): void {
    this.#problem ??= refuse(["header", ...path], expected, got).error;
  }

  async u32(): Promise<number> {
    const place = await this.#place(4);
    return place === null ? 0 : this.#window.getUint32(place, true);
  }

  /** As a number, which is exact up to 2^53; larger ones are no count of anything in a file. */
  async u64(): Promise<number> {
    const place = await this.#place(8);
    return place === null ? 0 : Number(this.#window.getBigUint64(place, true));
  }

  async f32(): Promise<number> {
    const place = await this.#place(4);
    return place === null ? 0 : this.#window.getFloat32(place, true);
  }

  /** A whole number of `width` bytes. */
  async integer(width: 1 | 2 | 4 | 8, signed: boolean): Promise<number> {
    const place = await this.#place(width);
    if (place === null) return 0;
    const view = this.#window;
    switch (width) {
      case 1:
        return signed ? view.getInt8(place) : view.getUint8(place);
      case 2:
        return signed ? view.getInt16(place, true) : view.getUint16(place, true);
      case 4:
        return signed ? view.getInt32(place, true) : view.getUint32(place, true);
      case 8:
        return Number(signed ? view.getBigInt64(place, true) : view.getBigUint64(place, true));
    }
  }

  /** UTF-8 of `length` bytes, at most a window long. */
  async text(length: number): Promise<string> {
    if (length > WINDOW_BYTES) {
      this.refuse([this.#at], `a string of at most ${WINDOW_BYTES} bytes`, length);
      return "";
    }
    const place = await this.#place(length);
    if (place === null) return "";
    return new TextDecoder().decode(
      new Uint8Array(this.#window.buffer, this.#window.byteOffset + place, length),
    );
  }

  skip(length: number): void {
    if (length > this.rest) this.refuse([this.#at], `${length} more bytes`, this.rest);
    else this.#at += length;
  }

  /** Passes over `count` strings; only one that crosses the window's end waits for a read. */
  async skipTexts(count: number): Promise<void> {
    let left = count;
    while (left > 0 && this.#problem === null) {
      left -= this.#skipTextsInWindow(left);
      if (left === 0) return;
      this.skip(await this.u64());
      left -= 1;
    }
  }

  /** How many of `count` strings lie whole in the window, each passed over. */
  #skipTextsInWindow(count: number): number {
    const size = this.#window.byteLength;
    let place = this.#at - this.#windowStart;
    let passed = 0;
    while (passed < count && place >= 0 && place + 8 <= size) {
      const next = place + 8 + Number(this.#window.getBigUint64(place, true));
      if (next > size) break;
      place = next;
      passed += 1;
    }
    if (passed > 0) this.#at = this.#windowStart + place;
    return passed;
  }

  /** Where in the window the next `length` bytes lie, read if they have to be; null past the end. */
  async #place(length: number): Promise<number | null> {
    if (this.#problem !== null) return null;
    if (length > this.rest || this.#at + length > this.#bytesMax) {
      this.refuse(
        [this.#at],
        `${length} more bytes of a header of at most ${this.#bytesMax}`,
        this.rest,
      );
      return null;
    }
    const known = this.#at - this.#windowStart;
    const inside = known >= 0 && known + length <= this.#window.byteLength;
    if (!inside && !(await this.#fill(length))) return null;
    const place = this.#at - this.#windowStart;
    this.#at += length;
    return place;
  }

  async #fill(length: number): Promise<boolean> {
    const wanted = Math.min(Math.max(length, WINDOW_BYTES), this.rest);
    const bytes = await this.#source.read(this.#at, wanted);
    this.#window = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#windowStart = this.#at;
    if (bytes.byteLength >= length) return true;
    this.refuse([this.#at], `${length} bytes`, bytes.byteLength);
    return false;
  }
}
