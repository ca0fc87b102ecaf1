import { ContractFailure } from '../contract-failure.ts';
import type { Handlers } from '../handlers.ts';
import type { FileTransfer } from './service.ts';

type Names =
  | 'byHand.status'
  | 'byHand.export'
  | 'byHand.content'
  | 'byHand.upload'
  | 'byHand.import'
  | 'byHand.readKey'
  | 'byHand.trust';

/** @param service null on a node that was given no keys */
export function fileTransferHandlers(service: FileTransfer | null): Pick<Handlers, Names> {
  const there = (): FileTransfer => {
    if (service !== null) return service;
    throw new ContractFailure(
      'not_allowed',
      'This installation has no keys, so it makes and takes no files. Where its disk could not keep them, start it again.',
    );
  };
  return {
    'byHand.status': () => there().status(),
    'byHand.export': ({ partBytes }) => there().export(partBytes),
    'byHand.content': ({ parcel, part, piece }) => there().content(parcel, part, piece),
    'byHand.upload': ({ upload, piece, content }) => there().upload(upload, piece, content),
    'byHand.import': ({ upload }) => there().import(upload),
    'byHand.readKey': ({ text }) => there().readKey(text),
    'byHand.trust': ({ text, fingerprint }) => there().trust(text, fingerprint),
  };
}
