import type { LinkSettings, Qos } from '#shared/ports.ts';
import { gatewayPresences, pieceInbox, shoreInbox, topicOf } from '#shared/sync/topics.ts';

/** What a gateway hears of its broker: everything that vessels send, or its share of it in a group, and of other gateways. */
export function subscriptionsOf({
  group,
  qos,
}: {
  group: string | null;
  qos: { changes: Qos; presence: Qos };
}): LinkSettings['subscriptions'] {
  const others = { topic: gatewayPresences, qos: qos.presence };
  if (group === null) return [{ topic: shoreInbox, qos: qos.changes }, others];
  return [
    { topic: `$share/${group}/${shoreInbox}`, qos: qos.changes },
    // Every gateway has to know who is there, and brokers send what is retained to no shared subscription.
    { topic: topicOf('+', 'up', 'presence'), qos: qos.presence },
    // A message's last piece goes to one of the group, which has to have the others.
    { topic: pieceInbox, qos: qos.changes },
    others,
  ];
}
