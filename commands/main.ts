import { exitCodes, processTerminal, run } from './cli.ts';
import { timeline } from './timeline.ts';

// The program that timeline.mjs launches.
const terminal = processTerminal();
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader of a pipe has what it wants, as in `| head`.
  if (error.code === 'EPIPE') process.exit(exitCodes.done);
  throw error;
});
process.exitCode = await run(timeline(terminal), process.argv.slice(2), terminal);
