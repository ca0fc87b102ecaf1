/**
 * Electron's own rule on Windows: an argument behind one that looks like a URL ends the program, lest a link of the
 * app's scheme bring switches along (CVE-2018-1000006; shell/app/command_line_args.cc). Arguments behind `--` do not count.
 * @param argv the whole command line, the program's name first
 */
export function windowsRefuses(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const counting = end === -1 ? argv : argv.slice(0, end);
  const url = counting.findIndex(looksLikeUrl);
  return url !== -1 && url < counting.length - 1;
}

/** A scheme longer than a drive's letter, without blanks, and a colon; whether anything follows is not asked. */
function looksLikeUrl(argument: string): boolean {
  return /^[a-z][^:\s]+:/i.test(argument);
}
