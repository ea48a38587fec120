import type { Attributes, DatabaseCall, WrittenKey } from '../../../test/support/world/database-call.ts';

/** What a read shows of a key instead of what is stored. */
interface Earlier {
  /** Null if there was no such item. */
  readonly item: Attributes | null;
  /** Whether consistent reads do not see the write either, as of a transaction that is visible in part. */
  readonly fromAll: boolean;
}

const nameOf = ({ table, pk, sk }: WrittenKey) => `${table} ${pk} ${sk}`;

/** What reads do not see yet: the items as they were before some of the latest writes. */
export class LateReads {
  readonly #earlier = new Map<string, Earlier>();

  /** Shows a key as it was. What it showed before stays, if it is older. @returns ends it */
  show(key: WrittenKey, item: Attributes | null, fromAll: boolean): () => void {
    const name = nameOf(key);
    if (this.#earlier.has(name)) return () => {};
    const earlier = { item, fromAll };
    this.#earlier.set(name, earlier);
    return () => {
      if (this.#earlier.get(name) === earlier) this.#earlier.delete(name);
    };
  }

  /** Every read sees everything, as after the end of the engine. */
  clear(): void {
    this.#earlier.clear();
  }

  #shown(table: string, item: Attributes, isConsistent: boolean, isWhole: boolean): Attributes | null {
    const { pk, sk } = item;
    if (pk?.S === undefined || sk?.S === undefined) return item;
    const earlier = this.#earlier.get(nameOf({ table, pk: pk.S, sk: sk.S }));
    if (!earlier || (isConsistent && !earlier.fromAll)) return item;
    // Of an earlier item, nobody but the engine can say what a filter or a projection would have left.
    return earlier.item && !isWhole ? item : earlier.item;
  }

  #list(table: string, items: readonly Attributes[], isConsistent: boolean, isWhole: boolean): Attributes[] {
    return items.map((item) => this.#shown(table, item, isConsistent, isWhole)).filter((item) => item !== null);
  }

  /** The answer of a read as one that does not see the latest writes. */
  answerOf({ operation, input }: DatabaseCall, text: string): string {
    if (this.#earlier.size === 0) return text;
    const isWhole = (asked: DatabaseCall['input']) => !asked.ProjectionExpression && !asked.FilterExpression;
    const answer = JSON.parse(text);
    if (operation === 'GetItem' && answer.Item) {
      const key = { ...answer.Item, ...input.Key };
      const item = this.#shown(input.TableName, key, input.ConsistentRead === true, isWhole(input));
      if (item !== key) answer.Item = item ?? undefined;
    } else if (operation === 'BatchGetItem') {
      for (const [table, asked] of Object.entries<DatabaseCall['input']>(input.RequestItems)) {
        const items = answer.Responses?.[table] ?? [];
        if (answer.Responses) answer.Responses[table] = this.#list(table, items, asked.ConsistentRead, isWhole(asked));
      }
    } else if ((operation === 'Query' || operation === 'Scan') && answer.Items && input.IndexName === undefined) {
      answer.Items = this.#list(input.TableName, answer.Items, input.ConsistentRead === true, isWhole(input));
      answer.Count = answer.Items.length;
    }
    return JSON.stringify(answer);
  }
}
