/** What a person may type while the demo runs. */
export const commands = {
  cut: 'cut the link between ship and shore',
  restore: 'restore it',
  kill: 'kill the vessel node as a power loss would (kill -9)',
  start: 'start it again',
  status: 'say where everything stands',
  open: 'open both pages in the browser',
  quit: 'end the demo (also Ctrl-C)',
} as const;
export type CommandName = keyof typeof commands;

/** The command that was typed; its first letters are enough while they fit only one. Null for anything else. */
export function parseCommand(line: string): CommandName | null {
  const word = line.trim().toLowerCase();
  const names = Object.keys(commands).filter((name): name is CommandName => Object.hasOwn(commands, name));
  const exact = names.find((name) => name === word);
  if (exact !== undefined) return exact;
  const fitting = word === '' ? [] : names.filter((name) => name.startsWith(word));
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

/** The list of commands, a line each. */
export function commandHelp(): string {
  return Object.entries(commands)
    .map(([name, words]) => `  ${name.padEnd(8)} ${words}`)
    .join('\n');
}
