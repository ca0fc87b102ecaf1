import pg from 'pg';
import type { Cancel, Environment } from '#shared/ports.ts';
import { RareLog } from '#shared/rare-log.ts';
import { databaseCode, databaseMessage, SilentDatabase } from './database-error.ts';
import { connecting, noWork } from './patience.ts';

const listenAgainAfter = 2_000;
/** With `noWork`, a server that fell silent is known to be so within 10 s. */
const signOfLifeEvery = 5_000;

interface ListenEvents {
  onMessage(payload: string): void;
  /** Messages may have been missed. */
  onGap(): void;
  /** Nothing is heard any more. */
  onLost(): void;
  /** The server takes what we send and says nothing. */
  onSilence(why: Error): void;
}

/**
 * Hears `channel` on a connection of its own, and again by itself whenever the server is back. Nobody asks anything on
 * it, so it asks for a sign of life now and then: a network that swallows everything would never tell.
 */
export function listen(
  settings: pg.ClientConfig,
  environment: Environment,
  channel: string,
  events: ListenEvents,
): () => void {
  const rareLog = new RareLog({ log: environment.log, monotonic: () => environment.monotonic() });
  let stopped = false;
  let client: pg.Client | null = null;
  let cancel: Cancel = () => undefined;

  const again = (lost: pg.Client, error: unknown): void => {
    if (stopped || client !== lost) return;
    client = null;
    cancel();
    rareLog.warn(
      'listen',
      { code: databaseCode(error), reason: error === null ? 'it ended' : databaseMessage(error) },
      'no longer told of other gateways; trying again',
    );
    lost.connection.stream.destroy();
    events.onLost();
    cancel = environment.after(listenAgainAfter, connect);
  };
  const awaitSign = (asked: pg.Client): void => {
    cancel = environment.after(signOfLifeEvery, () => {
      cancel = environment.after(noWork, () => {
        const why = new SilentDatabase(noWork);
        events.onSilence(why);
        again(asked, why);
      });
      asked.query('select 1').then(
        () => {
          if (stopped || client !== asked) return;
          cancel();
          awaitSign(asked);
        },
        (error: unknown) => again(asked, error),
      );
    });
  };
  const connect = (): void => {
    const fresh = new pg.Client({ ...settings, connectionTimeoutMillis: connecting });
    client = fresh;
    fresh.on('error', (error) => again(fresh, error));
    fresh.on('end', () => again(fresh, null));
    fresh.on('notification', (message) => {
      if (!stopped && message.channel === channel) events.onMessage(message.payload ?? '');
    });
    cancel = environment.after(connecting + noWork, () => again(fresh, new SilentDatabase(noWork)));
    fresh
      .connect()
      .then(() => fresh.query(`listen ${pg.escapeIdentifier(channel)}`))
      .then(() => {
        if (stopped || client !== fresh) return;
        cancel();
        awaitSign(fresh);
        events.onGap();
      })
      .catch((error: unknown) => again(fresh, error));
  };
  connect();
  return () => {
    stopped = true;
    cancel();
    client?.end().catch(() => undefined);
    client = null;
  };
}
