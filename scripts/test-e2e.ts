/** Runs the specs in Chromium: of the station host and of the desktop app on its stand-in, or those that one names. */
import { runStep } from './run-step.ts';

const given = process.argv.slice(2);
const named = given.some((argument) => argument === '--project' || argument.startsWith('--project='));
const projects = named ? [] : ['--project=station', '--project=desktop'];
const succeeded = await runStep({
  name: 'specs in Chromium',
  command: ['playwright', 'test', ...projects, ...given],
});
if (!succeeded) process.exitCode = 1;
