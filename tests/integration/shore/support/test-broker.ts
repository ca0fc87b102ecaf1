import type { Link, LinkEvents, LinkMessage, LinkSettings, OpenLink, PublishOptions } from '#shared/ports.ts';

interface Published extends LinkMessage {
  options: PublishOptions;
}

/** Stands between a gateway and a test that plays the vessels: what is published is kept, what is sent arrives. */
export class TestBroker {
  readonly published: Published[] = [];
  readonly clients: { settings: LinkSettings; events: LinkEvents; connected: boolean }[] = [];
  /** Called with everything a gateway publishes. */
  onPublish: (message: Published) => void = () => undefined;

  readonly openLink: OpenLink = (settings, events): Link => {
    const client = { settings, events, connected: false };
    this.clients.push(client);
    return {
      get connected() {
        return client.connected;
      },
      publish: (topic, payload, options) => {
        if (!client.connected) return Promise.reject(new Error('not connected'));
        const message = { topic, payload, options, retained: options.retain ?? false };
        this.published.push(message);
        this.onPublish(message);
        return Promise.resolve();
      },
      open() {
        if (client.connected) return;
        client.connected = true;
        events.onUp();
      },
      close() {
        client.connected = false;
        events.onDown(null);
        return Promise.resolve();
      },
    };
  };

  /** From a vessel to the gateway, or to the `index`th of several. */
  send(topic: string, payload: Uint8Array, { retained = false, index = 0 } = {}): void {
    this.clients[index]?.events.onMessage({ topic, payload, retained });
  }

  /** Breaks the connection of every gateway, and mends it. */
  drop(): void {
    for (const client of this.clients) {
      client.connected = false;
      client.events.onDown({ code: 'lost', message: 'The broker went away' });
    }
  }

  mend(): void {
    for (const client of this.clients) {
      client.connected = true;
      client.events.onUp();
    }
  }
}
