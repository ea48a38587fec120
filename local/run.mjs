// The npm scripts run this: it starts a program of this project, or its tests.
//
//   node local/run.mjs commands/start.ts --port 3999
//   node local/run.mjs --jest test/events
import { launch } from './launch.mjs';

const [program, ...programArguments] = process.argv.slice(2);
if (program === undefined) {
  console.error('Usage: node local/run.mjs PROGRAM.ts [arguments], or node local/run.mjs --jest [arguments]');
  process.exit(1);
}
launch(program, programArguments);
