import { connectAsync, type IClientOptions } from 'mqtt';

export interface Received {
  topic: string;
  text: string;
  qos: number;
  retain: boolean;
  dup: boolean;
}

/** A stranger to our code who reads what the broker hands out. */
export interface Subscriber {
  readonly received: Received[];
  close(): Promise<void>;
}

export async function subscribe(
  url: string,
  topic: string,
  options: IClientOptions = {},
): Promise<Subscriber> {
  const received: Received[] = [];
  const client = await connectAsync(url, { protocolVersion: 5, ...options });
  client.on('message', (name, payload, { qos, retain, dup }) => {
    received.push({ topic: name, text: payload.toString(), qos, retain, dup });
  });
  await client.subscribeAsync(topic, { qos: 2, rap: true });
  return { received, close: () => client.endAsync(true) };
}
