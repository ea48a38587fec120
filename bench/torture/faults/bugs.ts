import { setTimeout as delay } from 'node:timers/promises';
import {
  type DatabaseAnswer,
  type DatabaseCall,
  type WrittenKey,
  writtenBy,
} from '../../../test/support/world/database-call.ts';
import type { FindingKind } from '../checks/findings.ts';
import { type Item, itemsIn } from './log-writes.ts';

type Ask = (operation: string, input: unknown) => Promise<DatabaseAnswer>;

/**
 * Does something wrong with a call.
 *
 * @returns the answer instead of that of the engine; undefined if the call is to be done
 */
export type Act = (call: DatabaseCall, ask: Ask) => Promise<DatabaseAnswer | undefined>;

/**
 * A bug on purpose, by which the torture proves that it finds such a one. The proxy makes it: the system itself has
 * none.
 */
export interface Bug {
  readonly act: Act;
  /** What shows that it was found: findings of a kind that name one of its victims. */
  readonly foundBy: readonly FindingKind[];
  /** The events that it has hurt, by their ids, and the messages, each as a pattern of what is found of it. */
  readonly victims: Set<string>;
}

/**
 * A bug, and how many it must hurt so that one of them is noticed: not everything that a bug hurts is looked at again.
 */
interface Kind {
  readonly make: () => Bug;
  readonly enough: number;
}

const done: DatabaseAnswer = { status: 200, answer: '{}' };
const lateMs = 2_500;
const minuteMs = 60_000;

const isIn = (table: string, { table: name }: WrittenKey) => name.startsWith(table);

/** Leaves some of the writes of a call undone, and answers as if they were done. */
async function forget(call: DatabaseCall, ask: Ask, isForgotten: (key: WrittenKey) => boolean) {
  const { operation, input } = call;
  if (['PutItem', 'UpdateItem', 'DeleteItem'].includes(operation)) {
    const [key] = writtenBy(call);
    return key && isForgotten(key) ? done : undefined;
  }
  if (operation === 'TransactWriteItems') {
    const kept = input.TransactItems.filter((item: object) => {
      const [key] = writtenBy({ operation, input: { TransactItems: [item] } });
      return !key || !isForgotten(key);
    });
    if (kept.length === input.TransactItems.length) return undefined;
    return kept.length === 0 ? done : ask(operation, { ...input, TransactItems: kept });
  }
  if (operation === 'BatchExecuteStatement') {
    const isKept = input.Statements.map((statement: object) => {
      const [key] = writtenBy({ operation, input: { Statements: [statement] } });
      return !key || !isForgotten(key);
    });
    const kept = input.Statements.filter((_: unknown, index: number) => isKept[index]);
    if (kept.length === input.Statements.length) return undefined;
    const rest =
      kept.length > 0
        ? await ask(operation, { ...input, Statements: kept })
        : { status: 200, answer: '{"Responses":[]}' };
    if (rest.status !== 200) return rest;
    const { Responses, ...others } = JSON.parse(rest.answer);
    const all = isKept.map((isDone: boolean) => (isDone ? Responses.shift() : {}));
    return { status: 200, answer: JSON.stringify({ ...others, Responses: all }) };
  }
  if (operation !== 'BatchWriteItem') return undefined;
  const kept = Object.fromEntries(
    Object.entries<object[]>(input.RequestItems).map(([table, requests]) => [
      table,
      requests.filter((request) => {
        const [key] = writtenBy({ operation, input: { RequestItems: { [table]: [request] } } });
        return !key || !isForgotten(key);
      }),
    ]),
  );
  return ask(operation, {
    ...input,
    RequestItems: Object.fromEntries(Object.entries(kept).filter(([, requests]) => requests.length > 0)),
  });
}

/** Forgets every so many writes of some keys. @param victimOf what a key belongs to */
function forgetful(
  foundBy: readonly FindingKind[],
  every: number,
  isMeant: (key: WrittenKey, operation: string) => boolean,
  victimOf: (key: WrittenKey) => string,
): () => Bug {
  return () => {
    const victims = new Set<string>();
    let count = 0;
    const isForgotten = (operation: string) => (key: WrittenKey) => {
      if (!isMeant(key, operation)) return false;
      const victim = victimOf(key);
      // What is tried again is forgotten again.
      if (victims.has(victim)) return true;
      if (++count % every !== 0) return false;
      victims.add(victim);
      return true;
    };
    return { foundBy, victims, act: (call, ask) => forget(call, ask, isForgotten(call.operation)) };
  };
}

const eventIn = ({ pk, sk }: WrittenKey) => /evt_[a-z2-7]{26}/.exec(`${sk} ${pk}`)?.[0] ?? '';

/** The entries of the feed that a transaction writes. */
function feedIn({ operation, input }: DatabaseCall): Item[] {
  if (operation !== 'TransactWriteItems') return [];
  const puts = input.TransactItems.flatMap(({ Put }: DatabaseCall['input']) => Put ?? []);
  return puts
    .filter(({ Item }: DatabaseCall['input']) => Item.pk.S === 'F')
    .map(({ Item }: DatabaseCall['input']) => Item);
}

/** Changes a revision right after it was written. */
function changesTheLog(): Bug {
  const victims = new Set<string>();
  let count = 0;
  return {
    foundBy: ['log'],
    victims,
    async act(call, ask) {
      if (call.operation !== 'PutItem') return undefined;
      const [key] = writtenBy(call);
      if (!key || !isIn('EventLog', key) || ++count % 5 !== 0) return undefined;
      const answer = await ask(call.operation, call.input);
      if (answer.status !== 200) return answer;
      victims.add(eventIn(key));
      await ask('UpdateItem', {
        TableName: key.table,
        Key: { pk: { S: key.pk }, sk: { S: key.sk } },
        UpdateExpression: 'SET correlationId = :other',
        ExpressionAttributeValues: { ':other': { S: 'another' } },
      });
      return answer;
    },
  };
}

/** Puts an entry into the feed a second time, at the next position. */
function publishesTwice(): Bug {
  const victims = new Set<string>();
  return {
    foundBy: ['doubled'],
    victims,
    async act(call, ask) {
      const last = feedIn(call).at(-1);
      if (!last || victims.size >= 2) return undefined;
      const answer = await ask(call.operation, call.input);
      if (answer.status !== 200) return answer;
      const next = Number(last.position?.N) + 1;
      const publishedAt = new Date(Date.parse(last.publishedAt?.S ?? '') + 1).toISOString();
      const { TableName } = call.input.TransactItems[0].Put;
      const Item = {
        ...last,
        sk: { S: String(next).padStart(12, '0') },
        position: { N: String(next) },
        publishedAt: { S: publishedAt },
      };
      const ConditionExpression = 'attribute_not_exists(pk)';
      const { status } = await ask('PutItem', { TableName, Item, ConditionExpression });
      if (status === 200) victims.add(last.eventId?.S ?? '');
      return answer;
    },
  };
}

const mostSwapped = 24;

/** Gives two new events of a transaction the positions of each other. */
function swapsPositions(): Bug {
  const victims = new Set<string>();
  return {
    foundBy: ['order'],
    victims,
    async act(call, ask) {
      const first = feedIn(call).filter(({ revision }) => revision?.N === '0');
      const [one, other] = [first[0], first[1]];
      if (!one || !other || victims.size >= mostSwapped) return undefined;
      const placeOf = ({ sk, position, publishedAt }: Item): Item => ({ sk, position, publishedAt }) as unknown as Item;
      const others = new Map([
        [one.eventId?.S, placeOf(other)],
        [other.eventId?.S, placeOf(one)],
      ]);
      const swapped = (item: Item): Item => {
        const isEntry = item.pk?.S === 'F';
        const place = others.get(isEntry ? item.eventId?.S : item.pk?.S?.slice(2));
        if (!place || (!isEntry && item.sk?.S !== 'M#000000')) return item;
        const { sk, ...rest } = place;
        return { ...item, ...rest, ...(isEntry && sk && { sk }) };
      };
      const TransactItems = call.input.TransactItems.map(({ Put, ...rest }: DatabaseCall['input']) =>
        Put ? { Put: { ...Put, Item: swapped(Put.Item) } } : rest,
      );
      const answer = await ask(call.operation, { ...call.input, TransactItems });
      if (answer.status === 200) for (const { eventId } of [one, other]) victims.add(eventId?.S ?? '');
      return answer;
    },
  };
}

const isMessage = (key: WrittenKey) => isIn('Subscribers', key) && key.sk.startsWith('D#');
const endpointIn = ({ pk }: WrittenKey) => /wh_[a-z2-7]+/.exec(pk)?.[0] ?? '';
const positionIn = ({ sk }: WrittenKey) => Number(sk.slice(2));

/** Queues some messages only after later ones. */
function queuesLate(): Bug {
  const victims = new Set<string>();
  let count = 0;
  return {
    foundBy: ['messages', 'messageOrder'],
    victims,
    async act(call, ask) {
      const queued = itemsIn(call)
        .map(({ table, item }) => ({ table, item, pk: item.pk?.S ?? '', sk: item.sk?.S ?? '' }))
        .filter(isMessage);
      if (queued.length === 0 || ++count % 7 !== 0) return undefined;
      const answer = await forget(call, ask, isMessage);
      if (answer?.status !== 200) return answer;
      for (const key of queued) victims.add(`${endpointIn(key)} (did not get|got) position ${positionIn(key)}`);
      delay(lateMs)
        .then(() => Promise.all(queued.map(({ table, item }) => ask('PutItem', { TableName: table, Item: item }))))
        // The engine was killed meanwhile: the message is lost.
        .catch(() => {});
      return answer;
    },
  };
}

/**
 * Keeps the card of an event that is taken down, in a timeline that nobody reads, if its text is compressed: only who
 * looks into the table, and inflates, sees it.
 */
function keepsACard(): Bug {
  const victims = new Set<string>();
  const takenDown = new Set<string>();
  return {
    foundBy: ['redacted'],
    victims,
    async act(call, ask) {
      for (const { table, item } of itemsIn(call))
        if (table.startsWith('EventLog') && item.redaction?.S && JSON.parse(item.redaction.S).revisions === undefined)
          takenDown.add(item.pk?.S?.slice(2) ?? '');
      if (call.operation !== 'PutItem' && call.operation !== 'DeleteItem') return undefined;
      const [key] = writtenBy(call);
      if (!key || !isIn('Timelines', key) || !/^\d+#T#/.test(key.pk) || !takenDown.has(eventIn(key))) return undefined;
      const Key = { pk: { S: key.pk }, sk: { S: key.sk } };
      const { answer } = await ask('GetItem', { TableName: key.table, Key, ConsistentRead: true });
      if (!JSON.parse(answer).Item?.z) return undefined;
      victims.add(`${eventIn(key)} is still in the item \\d+#T#`);
      return done;
    },
  };
}

/** Holds events a minute less than their newsrooms said. */
function holdsTooShortly(): Bug {
  const victims = new Set<string>();
  return {
    foundBy: ['early'],
    victims,
    async act(call, ask) {
      const held = itemsIn(call).find(({ table, item }) => table.startsWith('HeldEvents') && item.event?.S)?.item;
      const [publishAt, eventId] = [held?.publishAt?.S, held?.eventId?.S];
      if (publishAt === undefined || eventId === undefined || victims.has(eventId)) return undefined;
      const earlier = new Date(Date.parse(publishAt) - minuteMs).toISOString();
      const answer = await ask(call.operation, JSON.parse(JSON.stringify(call.input).replaceAll(publishAt, earlier)));
      if (answer.status === 200) victims.add(eventId);
      return answer;
    },
  };
}

/** All bugs that can be made, by name. */
export const bugs: Readonly<Record<string, Kind>> = {
  'acknowledges an event that it does not append': {
    enough: 3,
    make: forgetful(
      ['lost'],
      9,
      (key, operation) => isIn('EventLog', key) && key.sk === 'R#000000' && operation !== 'UpdateItem',
      eventIn,
    ),
  },
  'changes the log': { enough: 4, make: changesTheLog },
  'publishes twice': { enough: 2, make: publishesTwice },
  'swaps the positions of events': { enough: 12, make: swapsPositions },
  'holds events too shortly': { enough: 4, make: holdsTooShortly },
  'forgets messages': {
    enough: 12,
    make: forgetful(
      ['messages'],
      13,
      (key, operation) => isMessage(key) && operation !== 'UpdateItem',
      (key) => `${endpointIn(key)} did not get position ${positionIn(key)}`,
    ),
  },
  'queues messages late': { enough: 6, make: queuesLate },
  'forgets cards': {
    enough: 4,
    make: forgetful(['timelines', 'walks'], 11, (key) => isIn('Timelines', key) && /^\d+#S#/.test(key.pk), eventIn),
  },
  'forgets past cards': {
    enough: 12,
    make: forgetful(
      ['timelines', 'walks', 'immutable'],
      3,
      (key) => isIn('Timelines', key) && /^\d+#H#S#/.test(key.pk),
      eventIn,
    ),
  },
  'keeps what was taken down': {
    // The log is blanked last, when the load is over. The bug after this one needs events that are taken down, too.
    enough: 0,
    make: forgetful(
      ['redacted'],
      1,
      (key, operation) => isIn('EventLog', key) && key.sk.startsWith('R#') && operation === 'UpdateItem',
      eventIn,
    ),
  },
  'keeps a compressed card of what was taken down': { enough: 2, make: keepsACard },
};
