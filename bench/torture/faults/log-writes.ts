import { createHash } from 'node:crypto';
import type { DatabaseCall } from '../../../test/support/world/database-call.ts';
import type { Findings } from '../checks/findings.ts';
import type { Acknowledgements } from '../load/acknowledgements.ts';

/** An item as the engine returns it. */
export type Item = Readonly<Record<string, { readonly S?: string; readonly N?: string; readonly B?: string }>>;

/** The members of objects by name, since the engine has an order of its own. */
const inOrder = (_: string, value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;

const digestOf = (item: Item) => createHash('sha256').update(JSON.stringify(item, inOrder)).digest('base64');

/** The key of an item as text. */
export const nameOf = ({ pk, sk }: Item) => `${pk?.S} ${sk?.S}`;

/** The items that a call puts or inserts. */
export function itemsIn({ operation, input }: DatabaseCall): { readonly table: string; readonly item: Item }[] {
  if (operation === 'PutItem') return [{ table: input.TableName, item: input.Item }];
  if (operation === 'TransactWriteItems')
    return input.TransactItems.flatMap(({ Put }: DatabaseCall['input']) =>
      Put ? [{ table: Put.TableName, item: Put.Item }] : [],
    );
  if (operation !== 'BatchExecuteStatement') return [];
  return input.Statements.flatMap(({ Statement, Parameters }: { Statement: string; Parameters: Item[string][] }) => {
    const [, table] = /^INSERT INTO "([^"]+)"/.exec(Statement) ?? [];
    const names = [...Statement.matchAll(/'(\w+)': \?/g)].map(([, name]) => name);
    return table ? [{ table, item: Object.fromEntries(names.map((name, index) => [name, Parameters[index]])) }] : [];
  });
}

/** What was written to the log, by item: the proxy sees it, and knows whether it was done only from the table. */
export class LogWrites {
  readonly #digests = new Map<string, Set<string>>();

  note(call: DatabaseCall): void {
    for (const { table, item } of itemsIn(call)) {
      if (!table.startsWith('EventLog')) continue;
      const digests = this.#digests.get(nameOf(item)) ?? new Set();
      this.#digests.set(nameOf(item), digests.add(digestOf(item)));
    }
  }

  /** Checks that the log holds what was written to it, but for what was taken down. */
  check(items: readonly Item[], known: Acknowledgements, findings: Findings): void {
    for (const item of items) {
      const eventId = item.eventId?.S ?? item.pk?.S?.slice(2) ?? '';
      const digests = this.#digests.get(nameOf(item));
      if (known.events.get(eventId)?.isRedacted) continue;
      if (!digests?.has(digestOf(item)))
        findings.add('log', `The item ${nameOf(item)} of the log is not what was written.`);
    }
  }
}
