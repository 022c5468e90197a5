/** Web-standard names the core uses that the language's own library lacks. */
declare class TextDecoder {
  decode(input?: Uint8Array): string;
}
