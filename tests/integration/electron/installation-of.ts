import type { Bridge as PageBridge } from '#shared/contract/bridge.ts';
import type { Installation, InstallationAnswer, InstallationChoice } from '#shared/contract/installation.ts';
import type { DesktopApp } from '#support/electron-stand-in/desktop-app.ts';
import { openPage } from '#support/electron-stand-in/page.ts';
import { bridgeOf } from './bridge-of.ts';

/** No office, and what a ship needs besides. */
export const polarisChoice: InstallationChoice = {
  vessel: 'polaris',
  name: 'MV Polaris',
  device: 'Bridge PC',
  timeZone: 'Asia/Singapore',
  link: { mqtt: null, mqttUser: '', password: null, ca: null, cert: null, key: null },
  hardwareAcceleration: true,
  closeToTray: false,
  startAtBoot: false,
};

/** What the page may ask of the app it stands in. */
export function installationOf(app: DesktopApp) {
  const ask: PageBridge['installation'] = bridgeOf(openPage(app)).installation;
  const read = async (): Promise<Installation> => {
    const answer = await ask({ ask: 'read' });
    if (answer.said !== 'installation') throw new Error(JSON.stringify(answer));
    return answer.installation;
  };
  return {
    ask,
    read,
    save: (choice: InstallationChoice): Promise<InstallationAnswer> => ask({ ask: 'save', choice }),
    /** Saves what is set with a change. */
    async change(change: Partial<InstallationChoice>): Promise<InstallationAnswer> {
      const { choice } = await read();
      return ask({ ask: 'save', choice: { ...choice, ...change } });
    },
    async choose(of: 'ca' | 'cert' | 'key', path: string): Promise<InstallationAnswer> {
      await app.do({ do: 'will choose files', paths: [path] });
      return ask({ ask: 'choose file', of });
    },
  };
}

/** The id of a file that was chosen. */
export function fileIn(answer: InstallationAnswer): string {
  if (answer.said !== 'file' || answer.file === null) throw new Error(JSON.stringify(answer));
  return answer.file.id;
}
