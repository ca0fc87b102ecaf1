import { describe, expect, test } from 'vitest';
import {
  gatewayInNetstat,
  gatewayInProc,
  gatewayInRoutePrint,
  readGateway,
} from '../../../src/link/network-gateway.ts';

describe('The address of the network’s router', () => {
  test('is read on Linux from the default route with the lowest metric', () => {
    const table = [
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
      'wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0',
      'eth0\t00000000\t010AA8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0',
      'eth0\t000AA8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0',
      '',
    ].join('\n');
    expect(gatewayInProc(table)).toBe('192.168.10.1');
  });

  test('is none on Linux where no route leads out', () => {
    expect(gatewayInProc('Iface\tDestination\tGateway\n')).toBeNull();
    expect(
      gatewayInProc('Iface\tx\nppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n'),
    ).toBeNull();
  });

  test('is read on Windows whatever language its headings have', () => {
    const output = [
      'IPv4-Routentabelle',
      '===========================================================================',
      'Aktive Routen:',
      '     Netzwerkziel    Netzwerkmaske          Gateway    Schnittstelle Metrik',
      '          0.0.0.0          0.0.0.0      192.168.8.1   192.168.8.100     50',
      '          0.0.0.0          0.0.0.0     192.168.20.1    192.168.20.7     25',
      '===========================================================================',
    ].join('\r\n');
    expect(gatewayInRoutePrint(output)).toBe('192.168.20.1');
  });

  test('is read on macOS from its first default route', () => {
    const output = [
      'Routing tables',
      '',
      'Internet:',
      'Destination        Gateway            Flags           Netif Expire',
      'default            10.12.0.1          UGScg             en0',
      'default            10.99.0.1          UGScIg            en1',
      '127                127.0.0.1          UCS               lo0',
    ].join('\n');
    expect(gatewayInNetstat(output)).toBe('10.12.0.1');
    expect(gatewayInNetstat('default            link#18            UCSIg     utun3\n')).toBeNull();
  });

  test('that cannot be had is told in a sentence', async () => {
    // Neither command is on this machine under that system's name, or fails here.
    await expect(readGateway('win32')()).rejects.toThrow(
      /^The address of the network’s router could not be read: /,
    );
  });
});
