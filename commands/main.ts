import { exitCodes, processTerminal, run } from './terminal/cli.ts';
import { isForReaders, timeline } from './timeline.ts';

// The program that timeline.mjs launches.
const terminal = processTerminal();
const program = timeline(terminal);
/** A command that changes something is not stopped in the middle because nobody reads its output any more. */
let endsWithItsReader = true;
let isOutputLost = false;
program.hook('preAction', (_program, command) => {
  endsWithItsReader = isForReaders(command);
});
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') {
    // The reader of a pipe has what it wants, as in `| head`.
    if (endsWithItsReader) process.exit(exitCodes.done);
    return;
  }
  if (!isOutputLost) terminal.remark(`Standard output cannot be written: ${message}`);
  isOutputLost = true;
  if (endsWithItsReader) process.exit(exitCodes.failed);
});
// Nobody can be told.
process.stderr.on('error', () => {});
process.on('exit', () => {
  if (isOutputLost) process.exitCode ||= exitCodes.failed;
});
process.exitCode = await run(program, process.argv.slice(2), terminal);
