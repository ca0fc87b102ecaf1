/**
 * The two globals beyond the language itself that every host of this layer has: Node, Electron and browsers.
 * Whatever else they offer stays out of reach here.
 */

declare global {
  interface TextEncoder {
    encode(text: string): Uint8Array<ArrayBuffer>;
  }
  var TextEncoder: new () => TextEncoder;

  interface TextDecoder {
    decode(bytes: Uint8Array): string;
  }
  /** `fatal`: throw a TypeError on bytes that are not UTF-8, instead of replacing them. */
  var TextDecoder: new (
    encoding?: 'utf-8',
    options?: { fatal?: boolean; ignoreBOM?: boolean },
  ) => TextDecoder;
}

export {};
