import { type StoreApi, createStore } from 'zustand/vanilla';
import type { OutboxEntry, SyncStatus } from '#shared/contract/sync.ts';
import type { AppServices } from '../../lib/app-services/app-services.ts';
import { type ListSelection, createListSelection } from '../../lib/list-selection.ts';
import { type RowWindow, createRowWindow } from '../../lib/row-window.ts';

export interface SyncWord {
  /** Null until the node has told it. */
  status: SyncStatus | null;
  /** When it was told, by the node's clock, milliseconds since 1970. */
  toldAt: number;
  isAsking: boolean;
  /** True when the node was asked again since and could not tell. */
  isFailed: boolean;
}

/** Where ship and shore stand, as the node last told it. */
export interface SyncState {
  store: StoreApi<SyncWord>;
  outbox: RowWindow<OutboxEntry, null>;
  outboxSelection: ListSelection;
  outboxPlace: { top: number };
  load(): Promise<void>;
  setLink(enabled: boolean): Promise<void>;
  sendNow(): Promise<void>;
}

export function createSyncState(services: AppServices): SyncState {
  const { transport, clock, session } = services;
  const store = createStore<SyncWord>(() => ({ status: null, toldAt: 0, isAsking: false, isFailed: false }));
  const tell = (status: SyncStatus): void =>
    store.setState({ status, toldAt: session.now(), isFailed: false });
  const outbox = createRowWindow<OutboxEntry, null>({
    query: null,
    pageSize: 100,
    read: (_, offset, limit) => transport.call('sync.outbox', { offset, limit }),
    readOne: () => Promise.resolve(null),
    idOf: ({ number }) => String(number),
    differs: () => false,
    clock,
  });

  async function ask(
    question: () => Promise<SyncStatus>,
    onFailure: (error: unknown) => void,
  ): Promise<void> {
    store.setState({ isAsking: true });
    try {
      tell(await question());
    } catch (error) {
      store.setState({ isFailed: true });
      onFailure(error);
    } finally {
      store.setState({ isAsking: false });
    }
  }
  // Nobody asked for it: what is shown says how old it is, and it is read again when the node is back.
  const load = (): Promise<void> =>
    ask(
      () => transport.call('sync.status', {}),
      () => {},
    );
  const act = (question: () => Promise<SyncStatus>): Promise<void> =>
    ask(question, (error) => services.sayFailure(error));

  transport.on('sync.changed', (status) => {
    const before = store.getState().status;
    tell(status);
    const isSame = before?.queue.depth === status.queue.depth && before.queue.sent === status.queue.sent;
    if (!isSame && outbox.store.getState().total !== null) outbox.refresh(null);
  });
  services.onReturn(() => void load());

  return {
    store,
    outbox,
    outboxSelection: createListSelection(outbox, ({ number }) => String(number)),
    outboxPlace: { top: 0 },
    load,
    setLink: (enabled) => act(() => transport.call('sync.setLink', { enabled })),
    sendNow: () => act(() => transport.call('sync.sendNow', {})),
  };
}
