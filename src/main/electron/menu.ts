import type { MenuItemConstructorOptions } from 'electron';

export interface MenuOptions {
  platform: NodeJS.Platform;
  /** Running from a checkout: then, and only then, the page can be reloaded and looked into. */
  development: boolean;
  showSettings: () => void;
}

/** No accelerator here may take a key that the page uses. */
export function menuTemplate({
  platform,
  development,
  showSettings,
}: MenuOptions): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const settings: MenuItemConstructorOptions = { label: 'Show settings file', click: showSettings };
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const first: MenuItemConstructorOptions = mac
    ? { role: 'appMenu' }
    : { label: '&File', submenu: [settings, separator, { role: 'quit', accelerator: 'Ctrl+Q' }] };
  const tools: MenuItemConstructorOptions[] = [separator, { role: 'reload' }, { role: 'toggleDevTools' }];
  return [
    first,
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
        ...(development ? tools : []),
      ],
    },
    ...(mac ? [{ role: 'windowMenu' } as const] : []),
    { role: 'help', submenu: [...(mac ? [settings] : []), { role: 'about' }] },
  ];
}
