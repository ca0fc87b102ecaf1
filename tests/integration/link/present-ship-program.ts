/** A program that is present on a broker until it is killed. */
import { brokerConfiguration } from '#link/configuration.ts';
import { mqttLink } from '#link/mqtt-link.ts';
import { programLog } from '#link/program-log.ts';
import { systemEnvironment } from '#link/system-environment.ts';

const [url = ''] = process.argv.slice(2);
const topic = 'arus/MV-KILLED/up/presence';
const bytes = (text: string) => new TextEncoder().encode(text);

const link = mqttLink(brokerConfiguration({ mqtt: url }), systemEnvironment(programLog('ship', 'silent')))(
  { clientId: 'MV-KILLED', subscriptions: [], will: { topic, payload: bytes('gone'), qos: 1 } },
  {
    onUp() {
      void link.publish(topic, bytes('here'), { qos: 1, retain: true }).then(() => console.log('present'));
    },
    onDown() {},
    onMessage() {},
    onFailure() {},
  },
);
link.open();
