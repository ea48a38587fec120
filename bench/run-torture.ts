import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { figure, printTable } from './table.ts';
import { bugs } from './torture/bugs.ts';
import { type FindingKind, findingKinds } from './torture/findings.ts';
import { torture } from './torture/torture.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    json: { type: 'string', default: 'torture.json' },
    bug: { type: 'string', multiple: true, default: [] },
    prove: { type: 'boolean', default: false },
  },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
console.log(`Torture for ${minutes} minutes with the seed ${seed}.`);
const chosen = values.prove ? Object.keys(bugs) : values.bug;
const log = (line: string) => console.log(line);
const { findings, figures, bugs: made } = await torture({ minutes, seed, bugs: chosen, log });

printTable(
  'What was done',
  ['', 'count'],
  Object.entries(figures).map(([name, count]) => [name, figure(count)]),
);
printTable(
  'What was found wrong, by invariant',
  ['', 'count'],
  Object.entries(findingKinds).map(([kind, meaning]) => [meaning, findings.counts[kind as FindingKind]]),
);
for (const [kind, examples] of Object.entries(findings.examples))
  for (const example of examples) console.log(`${kind}: ${example}`);
const result = {
  date: new Date().toISOString(),
  minutes,
  seed,
  figures,
  findings: findings.counts,
  examples: findings.examples,
  bugs: made,
};
await writeFile(values.json, `${JSON.stringify(result, null, 2)}\n`);

if (chosen.length === 0) {
  console.log(findings.total === 0 ? 'Nothing was found wrong.' : `${findings.total} things were found wrong.`);
  process.exitCode = findings.total === 0 ? 0 : 1;
} else {
  printTable(
    'Bugs that were made on purpose',
    ['', 'hurt', 'found'],
    Object.entries(made).map(([name, { hurt, found }]) => [name, hurt, found]),
  );
  const missed = Object.entries(made).filter(([, { found }]) => found === 0);
  console.log(missed.length === 0 ? 'Every bug was found.' : `Not found: ${missed.map(([name]) => name).join(', ')}.`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}
