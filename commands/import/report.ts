import type { Terminal } from '../terminal/cli.ts';
import { mayCorrect } from './compare-line.ts';
import { differenceText } from './difference-text.ts';
import type { Retracted } from './retract-missing.ts';
import type { InvalidTable } from './table/table.ts';
import type { Imported } from './tally.ts';

const placeOf = ({ line, column }: { readonly line: number; readonly column?: string }) =>
  column === undefined ? `line ${line}` : `line ${line}, column "${column}"`;

/** What reports depend on. */
interface ReportOptions {
  readonly correct?: string;
  readonly retractMissing?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

/** Prints how many events were stored, and which lines were not, with the reasons. */
export function reportImport(
  imported: Imported,
  { dryRun, correct }: ReportOptions,
  { print, remark }: Terminal,
): void {
  const { created, replayed, corrected, refused, redacted = [] } = imported;
  const corrections = corrected === undefined ? '' : `${corrected} corrected, `;
  const counts = `${created} created, ${replayed} replayed, ${corrections}${refused.length} refused`;
  print(dryRun ? `Dry run, nothing was stored: ${counts}` : counts);
  for (const { line, reason, differences = [] } of refused) {
    print(`line ${line}: ${reason}`);
    for (const difference of differences) print(`${placeOf({ line, ...difference })}: ${differenceText(difference)}`);
  }
  const isCorrectable = refused.some(({ differences = [] }) => differences.length > 0 && mayCorrect(differences));
  if (correct === undefined && isCorrectable) {
    remark('To correct the events that differ, import the file again with --correct and a note for readers.');
  }
  for (const line of redacted) print(`line ${line}: Its event was taken down, and is not stored again.`);
}

/** Prints what became of the events that the file does not have. Their list was shown before. */
export function reportRetracted(
  { missing, retracted, kept }: Retracted,
  { dryRun }: ReportOptions,
  terminal: Terminal,
): void {
  if (kept !== undefined) terminal.remark(kept);
  if (dryRun) terminal.print('Dry run, nothing was retracted.');
  else if (missing.length === 0 && kept === undefined) terminal.print('Nothing to retract: the file has all events.');
  else if (retracted > 0) terminal.print(`${retracted} retracted`);
}

/** Prints what is wrong with a table, of which nothing was sent. */
export function reportProblems(
  { problems, count }: InvalidTable,
  { json, retractMissing }: ReportOptions,
  { print }: Terminal,
): void {
  if (json) {
    const refused = problems.map(({ detail, ...place }) => ({ ...place, reason: detail }));
    print(JSON.stringify({ created: 0, replayed: 0, refused, problems: count }));
    return;
  }
  print(
    `Nothing was sent${retractMissing ? ' or retracted' : ''}: the file has ${count === 1 ? '1 problem' : `${count} problems`}.`,
  );
  for (const problem of problems) print(`${placeOf(problem)}: ${problem.detail}`);
  if (count > problems.length) print(`… and ${count - problems.length} more.`);
}
