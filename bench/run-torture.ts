import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { figure, printTable } from './table.ts';
import { type FindingKind, findingKinds } from './torture/checks/findings.ts';
import { prove } from './torture/prove.ts';
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
const log = (line: string) => console.log(line);
const keep = (result: object) =>
  writeFile(values.json, `${JSON.stringify({ date: new Date().toISOString(), seed, ...result }, null, 2)}\n`);

/** Makes bugs on purpose. @returns whether all were found */
async function proveAll(): Promise<boolean> {
  console.log(`Bugs on purpose, with the seed ${seed}.`);
  const proofs = await prove(seed, log);
  printTable(
    'Bugs that were made on purpose',
    ['', 'hurt', 'found', 'runs', 'seconds'],
    proofs.map(({ name, hurt, found, runs, seconds }) => [name, hurt, found, runs, seconds]),
  );
  const missed = proofs.filter(({ found }) => found === 0);
  console.log(
    missed.length === 0 ? 'Every bug was found.' : `Not found: ${missed.map(({ name }) => name).join(', ')}.`,
  );
  await keep({ proofs });
  return missed.length === 0;
}

/**
 * Tortures the system.
 *
 * @returns whether it found what it was to find: each bug that was made on purpose; nothing if there is none
 */
async function tortureIt(): Promise<boolean> {
  console.log(`Torture for ${minutes} minutes with the seed ${seed}.`);
  const { findings, figures, bugs } = await torture({ minutes, seed, bugs: values.bug, log });
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
  await keep({ minutes, figures, findings: findings.counts, examples: findings.examples, bugs });
  if (values.bug.length > 0) {
    for (const [name, { hurt, found }] of Object.entries(bugs)) console.log(`${name}: hurt ${hurt}, found ${found}.`);
    return Object.values(bugs).every(({ found }) => found > 0);
  }
  console.log(findings.total === 0 ? 'Nothing was found wrong.' : `${findings.total} things were found wrong.`);
  return findings.total === 0;
}

process.exitCode = (await (values.prove ? proveAll() : tortureIt())) ? 0 : 1;
