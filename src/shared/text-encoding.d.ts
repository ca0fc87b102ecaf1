/**
 * The two globals beyond the language itself that every host of this layer has: Node, Electron and browsers.
 * Whatever else they offer stays out of reach here.
 */

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  /** `fatal`: throw a TypeError on bytes that are not UTF-8, instead of replacing them. */
  constructor(encoding?: 'utf-8', options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}
