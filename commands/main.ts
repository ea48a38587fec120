import { processTerminal, run } from './cli.ts';
import { timeline } from './timeline.ts';

// The program that timeline.mjs launches.
const terminal = processTerminal();
process.exitCode = await run(timeline(terminal), process.argv.slice(2), terminal);
