import { allFaults } from './faults/weather.ts';
import { type Load, loadOfRecord, loadOfTimelines } from './load/load.ts';
import { torture } from './torture.ts';

/**
 * Bugs that do not hide each other are made together, since a system takes longer to start and to finish than to be
 * loaded.
 */
const groups: readonly { readonly bugs: readonly string[]; readonly load: Load }[] = [
  {
    bugs: [
      'acknowledges an event that it does not append',
      'changes the log',
      'publishes twice',
      'swaps the positions of events',
    ],
    load: loadOfRecord,
  },
  { bugs: ['forgets messages', 'queues messages late'], load: loadOfRecord },
  {
    bugs: [
      'forgets cards',
      'forgets past cards',
      'keeps what was taken down',
      'keeps a compressed card of what was taken down',
      'holds events too shortly',
    ],
    load: loadOfTimelines,
  },
];

/** The load ends as soon as every bug has hurt enough. */
const longestMinutes = 4;
/** What was not found is looked for once more, with another seed and with no other bug. */
const attempts = 2;

/** A kill takes longer than all other faults, and no bug needs one. */
const faults = allFaults.filter((name) => !name.startsWith('kill'));

/** What became of a bug. */
export interface Proof {
  readonly name: string;
  readonly hurt: number;
  readonly found: number;
  /** How many runs it took until it was found. */
  readonly runs: number;
  /** How long the last of them took. */
  readonly seconds: number;
}

/** Makes every bug, with a load that brings it out, until it is found. @returns what became of each */
export async function prove(seed: number, log: (line: string) => void): Promise<Proof[]> {
  const proofs = new Map<string, Proof>();
  for (const { bugs, load } of groups) {
    for (let runs = 1, left = [...bugs]; runs <= attempts && left.length > 0; runs++) {
      log(`Bugs: ${left.join(', ')}.`);
      const result = await torture({ minutes: longestMinutes, seed: seed + runs - 1, bugs: left, load, faults, log });
      for (const [name, { hurt, found }] of Object.entries(result.bugs))
        proofs.set(name, { name, hurt, found, runs, seconds: result.figures.seconds ?? 0 });
      left = left.filter((name) => proofs.get(name)?.found === 0);
    }
  }
  return [...proofs.values()];
}
