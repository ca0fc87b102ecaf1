import { describe, expect, test } from 'vitest';
import { placesOf } from '../../../src/main/electron/place/places.ts';

describe('where the app keeps what it keeps', () => {
  test('on Windows: nothing that travels with an account from computer to computer', () => {
    const environment = {
      PROGRAMDATA: 'C:\\ProgramData',
      LOCALAPPDATA: 'C:\\Users\\bridge2\\AppData\\Local',
      APPDATA: 'C:\\Users\\bridge2\\AppData\\Roaming',
    };
    const folders = { userData: 'C:\\Users\\bridge2\\AppData\\Roaming\\ARUS', home: 'C:\\Users\\bridge2' };
    const places = {
      shared: 'C:\\ProgramData\\ARUS',
      own: 'C:\\Users\\bridge2\\AppData\\Local\\ARUS',
      former: ['C:\\Users\\bridge2\\AppData\\Local\\ARUS', 'C:\\Users\\bridge2\\AppData\\Roaming\\ARUS'],
    };
    expect(placesOf('win32', environment, folders)).toEqual(places);
    expect(placesOf('win32', {}, folders)).toEqual(places);
  });

  test('on Linux and macOS: the account’s own is the one that Electron gives', () => {
    const linux = { userData: '/home/bridge2/.config/ARUS', home: '/home/bridge2' };
    expect(placesOf('linux', {}, linux)).toEqual({
      shared: '/var/lib/arus',
      own: linux.userData,
      former: [linux.userData],
    });
    const mac = { userData: '/Users/bridge2/Library/Application Support/ARUS', home: '/Users/bridge2' };
    expect(placesOf('darwin', {}, mac)).toMatchObject({ shared: '/Users/Shared/ARUS', own: mac.userData });
  });

  test('another shared folder is taken where it is named whole, and no other', () => {
    const folders = { userData: '/home/a/.config/ARUS', home: '/home/a' };
    const shared = (ARUS_SHARED_FOLDER: string): string =>
      placesOf('linux', { ARUS_SHARED_FOLDER }, folders).shared;
    expect(shared('/srv/ship')).toBe('/srv/ship');
    expect(shared('ship')).toBe('/var/lib/arus');
    expect(shared('')).toBe('/var/lib/arus');
  });
});
