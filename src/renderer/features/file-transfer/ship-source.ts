import { pieceBytes } from '#shared/contract/file-transfer.ts';
import type { Transport } from '../../lib/transport/transport.ts';
import type { FileTransferSource } from './file-transfer-source.ts';

/** The ship's end: content crosses in pieces over the same calls as everything else, on either host. */
export function shipSource(transport: Transport): FileTransferSource {
  return {
    status: () => transport.call('byHand.status', {}),
    export: async (partBytes) => (await transport.call('byHand.export', { partBytes })).made,
    async content(parcel, part) {
      const pieces: Uint8Array<ArrayBuffer>[] = [];
      for (;;) {
        const { content, last } = await transport.call('byHand.content', {
          parcel,
          part,
          piece: pieces.length,
        });
        pieces.push(Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0)));
        if (last) return new Blob(pieces, { type: 'application/octet-stream' });
      }
    },
    async import(file) {
      const upload = uploadName();
      for (let piece = 0; piece === 0 || piece * pieceBytes < file.size; piece += 1) {
        const bytes = await file.slice(piece * pieceBytes, (piece + 1) * pieceBytes).arrayBuffer();
        await transport.call('byHand.upload', { upload, piece, content: base64(new Uint8Array(bytes)) });
      }
      return transport.call('byHand.import', { upload });
    },
    readKey: (text) => transport.call('byHand.readKey', { text }),
    trust: (text, fingerprint) => transport.call('byHand.trust', { text, fingerprint }),
    onMoved: (listener) => transport.on('sync.changed', listener),
  };
}

/** A name for one upload among those of this node. */
function uploadName(): string {
  const address = URL.createObjectURL(new Blob());
  URL.revokeObjectURL(address);
  return address.slice(-36);
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
