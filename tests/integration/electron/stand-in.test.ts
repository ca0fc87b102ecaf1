import type * as electron from 'electron';
import { expectTypeOf, test } from 'vitest';
import type * as standIn from '#support/electron-stand-in/electron.ts';

type StandIn = typeof standIn;
type Invented<Own, Real> = Exclude<keyof Own, keyof Real>;

test('the stand-in offers nothing under a name that Electron does not have', () => {
  expectTypeOf<Invented<StandIn['app'], electron.App>>().toEqualTypeOf<never>();
  expectTypeOf<
    Invented<InstanceType<StandIn['BrowserWindow']>, electron.BrowserWindow>
  >().toEqualTypeOf<never>();
  expectTypeOf<Invented<StandIn['crashReporter'], electron.CrashReporter>>().toEqualTypeOf<never>();
  expectTypeOf<Invented<StandIn['dialog'], electron.Dialog>>().toEqualTypeOf<never>();
  expectTypeOf<Invented<StandIn['ipcMain'], electron.IpcMain>>().toEqualTypeOf<never>();
  expectTypeOf<Invented<StandIn['nativeTheme'], electron.NativeTheme>>().toEqualTypeOf<never>();
  expectTypeOf<Invented<StandIn['powerMonitor'], electron.PowerMonitor>>().toEqualTypeOf<never>();
  expectTypeOf<Invented<StandIn['protocol'], electron.Protocol>>().toEqualTypeOf<never>();
  expectTypeOf<Invented<StandIn['screen'], electron.Screen>>().toEqualTypeOf<never>();
  expectTypeOf<Invented<StandIn['session']['defaultSession'], electron.Session>>().toEqualTypeOf<never>();
  expectTypeOf<Invented<StandIn['shell'], electron.Shell>>().toEqualTypeOf<never>();
});
