import type { CallResponse, CallResult, EventMessage } from '#shared/contract/envelope.ts';

/** One way to reach a vessel node: in the same process, by a socket, by HTTP, by Electron's IPC. */
export interface Carrier {
  call(request: { method: string; input?: unknown; actor?: string }): Promise<CallResult>;
  /** Listens to events until what it returns is called. */
  on?: (listener: (event: EventMessage) => void) => () => void;
  /** Carries a text that need not be a call. */
  callText?: (text: string) => Promise<CallResponse>;
  /** Closes the carrier and the node behind it. */
  close(): Promise<void>;
}

export interface CarrierKind {
  /** Completes 'The contract, carried …'. */
  name: string;
  /** It carries events, and has `on`. */
  hasEvents: boolean;
  /** Its calls are text, and it has `callText`. */
  isText: boolean;
  /** Opens a node without a link on an empty folder, and a carrier to it. Its vessel's id is `MV-AURORA`. */
  open(dataDirectory: string): Promise<Carrier>;
}
