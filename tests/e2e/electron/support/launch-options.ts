/** What `_electron.launch` takes to start the binary that `npm run test:electron` found. */
export function launchOptions(args: string[]): {
  executablePath: string;
  args: string[];
  chromiumSandbox: boolean;
} {
  const executablePath = process.env['ELECTRON_EXEC_PATH'];
  if (executablePath === undefined) throw new Error('Run these specs by npm run test:electron');
  // Playwright switches the sandbox off on Linux unless told otherwise. It refuses to run as root, as tests do on some
  // machines; everybody else gets it.
  return { executablePath, args, chromiumSandbox: process.getuid?.() !== 0 };
}
