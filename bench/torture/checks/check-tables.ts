import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import type { DatabaseProxy } from '../faults/database-proxy.ts';
import { type Item, nameOf } from '../faults/log-writes.ts';
import type { Acknowledgements } from '../load/acknowledgements.ts';
import type { Findings } from './findings.ts';

/** Words of content, as the desks make them: `wd0s7x12`. */
const wordPattern = /[wni]d\d+s\d+x\d+/g;

/** All items of all tables, page after page, past all proxies. */
async function* storedItems(database: DatabaseProxy): AsyncGenerator<{ table: string; items: readonly Item[] }> {
  const { TableNames } = JSON.parse((await database.ask('ListTables', {})).answer) as { TableNames: string[] };
  for (const TableName of TableNames) {
    for (let ExclusiveStartKey: unknown; ; ) {
      const asked = { TableName, ConsistentRead: true, ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }) };
      const page = JSON.parse((await database.ask('Scan', asked)).answer);
      yield { table: TableName.replace(/[0-9A-F]{8}$/, ''), items: page.Items };
      ExclusiveStartKey = page.LastEvaluatedKey;
      if (ExclusiveStartKey === undefined) break;
    }
  }
}

/** The text of a compressed attribute; nothing without one, or if it is damaged. */
function inflated(attribute: Item[string] | undefined, inflate: (bytes: Buffer) => Buffer): string {
  if (attribute?.B === undefined) return '';
  try {
    return inflate(Buffer.from(attribute.B, 'base64')).toString();
  } catch {
    return '';
  }
}

/** An item as text, with what cards and revisions hold compressed (records 73 and 87 in docs/decisions). */
const textOf = (item: Item): string =>
  JSON.stringify(item) + inflated(item.z, inflateRawSync) + inflated(item.event, gunzipSync);

/** Checks that a text has nothing that was taken down. */
export function checkWords(text: string, where: string, known: Acknowledgements, findings: Findings): void {
  for (const [word] of text.matchAll(wordPattern)) {
    const eventId = known.takenDown.get(word);
    if (eventId) findings.add('redacted', `${word} of ${eventId} is still in ${where}.`);
  }
}

const checkpoints = {
  'Timelines META PROJECT': 'projection',
  'Subscribers META FAN_OUT': 'fan-out',
} as const;

/**
 * Checks everything that is stored: the log is what was written to it, followers have come to its end, nothing is
 * parked, and nothing that was taken down is left.
 */
export async function checkTables(
  database: DatabaseProxy,
  head: number,
  known: Acknowledgements,
  findings: Findings,
): Promise<void> {
  for await (const { table, items } of storedItems(database)) {
    if (table === 'EventLog') database.logWrites.check(items, known, findings);
    for (const item of items) {
      checkWords(textOf(item), `the item ${nameOf(item)} of ${table}`, known, findings);
      if (table === 'Timelines' && item.pk?.S?.includes('#PARKED'))
        findings.add('stopped', `${nameOf(item)} is parked.`);
      const follower = checkpoints[`${table} ${nameOf(item)}` as keyof typeof checkpoints];
      if (follower && Number(item.position?.N) !== head)
        findings.add('stopped', `The ${follower} is at position ${item.position?.N} of ${head}.`);
    }
  }
}

/** Checks that nothing that was taken down is in the logs of the functions. */
export async function checkLogs(folder: string, known: Acknowledgements, findings: Findings): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    checkWords(await readFile(join(folder, name), 'utf8'), `the log ${name}`, known, findings);
}
