import { gunzipSync, gzipSync } from 'node:zlib';
import { BatchWriteItemCommand, DeleteItemCommand, DeleteTableCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { eventIdOf } from '../../events/identity.ts';
import type { Item } from '../../functions/lib/runtime/stored-item.ts';
import { developmentWith } from '../events/samples.ts';
import { readFeed, readTimelines, timelinesOf } from '../support/models/timelines-model.ts';
import { type Delivering, deliveringIn, positionsOf } from '../support/receivers/delivering.ts';
import { type Receiver, startReceiver } from '../support/receivers/receiver.ts';
import { type Eraser, eraserIn, stopClock } from '../support/world/eraser.ts';
import { type Asked, type Fate, interfere } from '../support/world/interference.ts';
import { besideClient, createTable, emptyTable, itemsOf, putItem, readable } from '../support/world/tables.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { runTimeline } from './support/run-timeline.ts';

const tables = [
  ...['--event-log', 'EventLog', '--timelines', 'Timelines'],
  ...['--subscribers', 'Subscribers', '--redactions', 'Redactions'],
];
const backup = 'Backup';
const name = 'Zarathustra';

let world: World;
let eraser: Eraser;
let delivering: Delivering;
let receiver: Receiver;
let fateOf: (asked: Asked) => Fate | Promise<Fate> = () => 'done';

beforeAll(async () => {
  world = await startWorld();
  delivering = await deliveringIn(world);
  eraser = await eraserIn(world);
  jest.useRealTimers();
  receiver = await startReceiver();
  const { dynamodb } = await import('../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
});
beforeEach(async () => {
  const names = ['EventLog', 'Timelines', 'Subscribers', 'Redactions'] as const;
  await Promise.all(names.map(emptyTable));
  world.takeWakes();
  receiver.received.length = 0;
});
afterEach(() => {
  fateOf = () => 'done';
  jest.useRealTimers();
});
afterAll(async () => {
  await receiver.stop();
  await world.stop();
});

const restore = async (...more: string[]) => {
  const { code, output } = await runTimeline(['restore', '--from', backup, '--grace', '0', ...more, ...tables]);
  return { code, lines: output.split('\n').filter(Boolean) };
};

/** Copies the log into a table of its own, as a restore to a point in time does. */
async function backUp(): Promise<void> {
  await besideClient()
    .send(new DeleteTableCommand({ TableName: backup }))
    .catch(() => undefined);
  await createTable(backup);
  const items = await itemsOf('EventLog');
  for (let start = 0; start < items.length; start += 25) {
    const part = items.slice(start, start + 25).map((item) => ({ PutRequest: { Item: marshall(item) } }));
    await besideClient().send(new BatchWriteItemCommand({ RequestItems: { [backup]: part } }));
  }
}

/** Deletes items of the log, past its policy. */
async function damage(isLost: (item: { pk: string; sk: string }) => boolean): Promise<void> {
  for (const item of (await itemsOf('EventLog')) as { pk: string; sk: string }[]) {
    if (!isLost(item)) continue;
    const Key = marshall({ pk: item.pk, sk: item.sk });
    await besideClient().send(new DeleteItemCommand({ TableName: 'EventLog', Key }));
  }
}

const post = async (...headlines: string[]): Promise<string[]> => {
  const events = headlines.map((headline) => developmentWith({ headline }, { id: headline.replace(name, '') }));
  const { body } = await world.post(events);
  return body.results.map(({ id }: { id: string }) => id);
};

/** What is written, as text, also what is compressed in it. */
function writtenText(input: { Item?: Item; TransactItems?: { Put?: { Item?: Item } }[] }): string {
  const items = [input.Item, ...(input.TransactItems ?? []).map(({ Put }) => Put?.Item)];
  const readables = items.flatMap((item) => (item ? [readable(unmarshall(item))] : []));
  return JSON.stringify([input, readables]);
}

/** Items by their keys. */
const byKey = (items: Record<string, unknown>[]) =>
  Object.fromEntries(items.map((item) => [`${item.pk} ${item.sk}`, item]));

const expectSound = async () => {
  const feed = await readFeed();
  const items = await itemsOf('EventLog', 'F');
  expect(items.map(({ position }) => position)).toEqual(items.map((_, index) => index + 1));
  const times = items.map(({ publishedAt }) => String(publishedAt));
  expect(times).toEqual([...new Set(times)].sort());
  const { generation } = (await itemsOf('Timelines', 'META'))[0] as { generation: string };
  expect(await readTimelines(generation)).toEqual(timelinesOf(feed));
};

const headlines = async () =>
  (await world.get('/v1/timeline?limit=100')).body.entries
    .map(({ data }: { data: { headline: string } }) => data.headline)
    .sort();

describe('timeline restore', () => {
  test('brings back what was deleted, at its position, and keeps what was written since', async () => {
    const endpoint = await delivering.open(receiver);
    const [a = ''] = await post('a', 'b', 'c');
    await delivering.change(a, 0, { headline: 'a, corrected' });
    await backUp();
    await post('d', 'e');
    await delivering.subscribers.fanOut();
    await delivering.sweep();
    expect(positionsOf(receiver.received)).toEqual([1, 2, 3, 4, 5, 6]);
    const whole = await itemsOf('EventLog');
    await damage(({ pk, sk }) => pk === `E#${a}` || (pk === 'F' && Number(sk) < 4));
    expect(await restore('--dry-run')).toEqual({
      code: 0,
      lines: ['It would restore 4 revisions of the 3 events in the backup. The record would end at position 6.'],
    });
    expect((await itemsOf('EventLog')).length).toBeLessThan(whole.length);
    expect(await restore()).toEqual({
      code: 0,
      lines: [
        'Restored 4 revisions of the 3 events in the backup. The record ends at position 6.',
        'The timelines are rebuilt, to position 6.',
        'Redactions replayed: 0.',
      ],
    });
    expect(byKey(await itemsOf('EventLog'))).toEqual(byKey(whole));
    await expectSound();
    await post('f');
    await delivering.subscribers.fanOut();
    await delivering.sweep();
    expect(positionsOf(receiver.received)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await delivering.statuses(endpoint.id)).toMatchObject({ 7: 'acknowledged' });
  });

  test('fills an empty log, marks as lost what only readers and endpoints know, and gives its positions to nothing else', async () => {
    await delivering.open(receiver);
    await post('a', 'b');
    await backUp();
    await post('c', 'd');
    await delivering.subscribers.fanOut();
    await delivering.sweep();
    await damage(() => true);
    expect(await restore()).toEqual({
      code: 1,
      lines: [
        'Restored 2 revisions of the 2 events in the backup. The record ends at position 4.',
        'Neither log has position 3 to 4. An entry says so there.',
        'The timelines are rebuilt, to position 4.',
        'Redactions replayed: 0.',
      ],
    });
    expect((await restore()).code).toBe(0);
    await expectSound();
    expect(await headlines()).toEqual(['a', 'b']);
    const { body } = await world.get('/v1/changes?after=2');
    expect(body.changes.map(({ position, type }: { position: number; type: string }) => [position, type])).toEqual([
      [3, 'story.described'],
      [4, 'story.described'],
    ]);
    // Its newsroom posts again what was lost, and endpoints receive it at a position that they do not know.
    await post('c');
    await delivering.subscribers.fanOut();
    await delivering.sweep();
    expect(positionsOf(receiver.received)).toEqual([1, 2, 3, 4, 5]);
    expect(receiver.received.at(-1)?.body).toMatchObject({ position: 5, data: { data: { headline: 'c' } } });
  });

  test('marks positions as lost, also where a newsroom has described a story with such a slug', async () => {
    await delivering.open(receiver);
    await post('a');
    for (const story of ['lost-positions-4', 'lost-positions-5']) {
      await world.call('PUT', `/v1/stories/${story}`, { body: { title: 'By a newsroom' } });
      await world.settle(eventIdOf('/stories', story));
    }
    await backUp();
    await post('b', 'c');
    await delivering.subscribers.fanOut();
    await damage(() => true);
    expect((await restore()).lines.slice(0, 2)).toEqual([
      'Restored 3 revisions of the 3 events in the backup. The record ends at position 5.',
      'Neither log has position 4 to 5. An entry says so there.',
    ]);
    expect((await restore()).code).toBe(0);
    await expectSound();
    expect((await world.get('/v1/stories/lost-positions-4')).body).toMatchObject({ title: 'By a newsroom' });
    const { body } = await world.get('/v1/changes?after=3');
    expect(
      body.changes.map(({ position, story: slug }: { position: number; story: string }) => [position, slug]),
    ).toEqual([
      [4, expect.stringMatching(/^lost-positions-4-./)],
      [5, expect.stringMatching(/^lost-positions-5-./)],
    ]);
    const { title } = (await world.get(`/v1/stories/${body.changes[0].story}`)).body;
    expect(title).toBe('Position 4 was lost');
  });

  test('brings back nothing that was taken down since: whole events, revisions, and those whose redaction is lost too', async () => {
    const [whole = '', partly = '', lost = ''] = await post(`${name} whole`, `${name} partly`, `${name} lost`);
    await delivering.change(partly, 0, { headline: 'clean' });
    await backUp();
    const asked = [
      '--reason',
      'privacy',
      '--note',
      'For a person.',
      '--event-log',
      'EventLog',
      '--redactions',
      'Redactions',
    ];
    for (const line of [[whole], [partly, '--revisions', '0'], [lost]]) {
      expect(await runTimeline(['redact', ...line, ...asked])).toMatchObject({ code: 0 });
    }
    stopClock();
    await eraser.finish();
    expect(JSON.stringify(await itemsOf('EventLog'))).not.toContain(name);
    await damage(
      ({ pk, sk }) => pk === `E#${lost}` || (pk !== 'F' && sk < 'R#000001') || (pk === 'F' && Number(sk) < 5),
    );
    const seen: string[] = [];
    fateOf = ({ command, input }) => {
      if (/Put|Transact/.test(command)) seen.push(writtenText(input));
      return 'done';
    };
    const { lines } = await restore();
    fateOf = () => 'done';
    expect(seen.join()).not.toContain(name);
    expect(lines).toContain(`Redaction 1 of ${whole} is in the log; its content is removed again.`);
    const stored = async () => JSON.stringify(await Promise.all([itemsOf('EventLog'), itemsOf('Timelines')]));
    expect(await stored()).not.toContain(name);
    stopClock();
    await eraser.finish();
    expect(await stored()).not.toContain(name);
    for (const id of [whole, lost]) {
      expect(await world.get(`/v1/events/${id}`)).toMatchObject({ status: 410, body: { note: 'For a person.' } });
    }
    expect((await world.get(`/v1/events/${partly}`)).body).toMatchObject({ data: { headline: 'clean' } });
  });

  test('puts a redaction on the record again that the log has lost, although it has the blank revisions', async () => {
    await post('first');
    await backUp();
    const [id = ''] = await post(`${name} event`);
    const options = ['--reason', 'privacy', '--note', 'For a person.'];
    expect(
      await runTimeline(['redact', id, ...options, '--event-log', 'EventLog', '--redactions', 'Redactions']),
    ).toMatchObject({ code: 0 });
    stopClock();
    await eraser.finish();
    jest.useRealTimers();
    await damage(({ pk, sk }) => (pk === `E#${id}` && sk.endsWith('1')) || (pk === 'F' && Number(sk) === 3));
    expect((await restore()).lines).toEqual([
      'Restored 0 revisions of the 1 events in the backup. The record ends at position 3.',
      'Neither log has position 3. An entry says so there.',
      'The timelines are rebuilt, to position 3.',
      `Redaction 1 of ${id} was appended again.`,
      'Redactions replayed: 1.',
    ]);
    await world.settle(id);
    expect(await world.get(`/v1/events/${id}`)).toMatchObject({
      status: 410,
      body: { note: 'For a person.', reason: 'privacy', revision: 1 },
    });
    expect((await restore()).lines.at(-2)).toBe(`Redaction 1 of ${id} is in the log; its content is removed again.`);
    stopClock();
    await eraser.finish();
    expect((await world.call('GET', `/v1/events/${id}/redaction`)).body).toMatchObject({ done: true });
  });

  test('brings back no slug of a story that was moved since', async () => {
    const { hashOfSlug } = await import('../../events/slug-move.ts');
    const summary = 'A long event is compressed in the log. '.repeat(20);
    await world.post(developmentWith({ stories: ['jane-roe'], summary }, { id: 'moved' }));
    await backUp();
    await damage(() => true);
    const at = '2026-11-22T10:00:00.000Z';
    const move = { id: 'move-1', to: 'trial', salt: 'salt', hash: hashOfSlug('jane-roe', 'salt') };
    const asked = { note: 'By order of a court.', reason: 'legal', newsroom: 'example', requestedAt: at };
    const progress = { v: 1, step: 'done', through: 9, since: at };
    await putItem('Redactions', { pk: 'MOVES', sk: `${at}#move-1`, ...progress, ...move, ...asked });
    const written: string[] = [];
    fateOf = ({ command, input }) => {
      if (/Put|Transact/.test(command)) written.push(writtenText(input));
      return 'done';
    };
    expect(await restore()).toMatchObject({
      code: 0,
      lines: expect.arrayContaining(['Moves of stories replayed: 1.']),
    });
    expect(written.join()).not.toContain('jane-roe');
    expect((await world.get('/v1/timeline?story=trial')).body.entries).toHaveLength(1);
  });

  test('may be killed at any write and run again', async () => {
    const ids = await post(...Array.from({ length: 8 }, (_, index) => `event ${index}`));
    await backUp();
    await post('later');
    await damage(({ pk }) => ids.some((id) => pk === `E#${id}`));
    for (const writes of [1, 3, 6]) {
      let left = writes;
      fateOf = ({ command }) => {
        if (/Put|Transact/.test(command)) left -= 1;
        return left < 0 ? 'never sent' : 'done';
      };
      expect((await restore()).code).toBe(1);
    }
    fateOf = () => 'done';
    await restore();
    await expectSound();
    expect(await headlines()).toEqual(expect.arrayContaining(ids.map((_, index) => `event ${index}`)));
  });

  test('makes again what the rest of an event tells, and an empty revision where only the place is known', async () => {
    await delivering.open(receiver);
    await post('a');
    await backUp();
    const [marker = '', entry = '', content = ''] = await post('marker', 'entry', 'content');
    const whole = await itemsOf('EventLog');
    await damage(
      ({ pk, sk }) =>
        (pk === `E#${marker}` && sk === 'M#000000') ||
        (pk === 'F' && Number(sk) === 3) ||
        (pk === `E#${content}` && sk === 'R#000000'),
    );
    const { code, lines } = await restore();
    expect([code, lines[1]]).toEqual([
      1,
      `Neither log has the content of these revisions, and readers are told so: ${content} 0.`,
    ]);
    const restored = await itemsOf('EventLog');
    expect({ ...byKey(restored), [`E#${content} R#000000`]: null }).toEqual({
      ...byKey(whole),
      [`E#${content} R#000000`]: null,
    });
    expect(await world.get(`/v1/events/${content}`)).toMatchObject({
      status: 410,
      body: {
        note: 'The content was lost. The record was restored from a backup that does not have it.',
        reason: null,
      },
    });
    await delivering.subscribers.fanOut();
    await delivering.sweep();
    expect(positionsOf(receiver.received)).toEqual([1, 2, 3]);
    expect(await headlines()).toEqual(['a', 'entry', 'marker']);
    expect((await restore()).code).toBe(0);
    expect(entry).not.toBe('');
  });

  test('makes again the last entry of the feed that its revision and its marker tell, instead of marking it as lost', async () => {
    await post('a');
    await backUp();
    await post('b', 'c');
    const whole = await itemsOf('EventLog');
    await damage(({ pk, sk }) => pk === 'F' && Number(sk) > 1);
    expect(await restore('--dry-run')).toEqual({
      code: 0,
      lines: ['It would restore 0 revisions of the 1 events in the backup. The record would end at position 3.'],
    });
    expect(await restore()).toEqual({
      code: 0,
      lines: [
        'Restored 0 revisions of the 1 events in the backup. The record ends at position 3.',
        'The timelines are rebuilt, to position 3.',
        'Redactions replayed: 0.',
      ],
    });
    expect(byKey(await itemsOf('EventLog'))).toEqual(byKey(whole));
  });

  test('makes again the marker and the entry of a revision whose place only the entry of the next one tells', async () => {
    await post('a');
    await backUp();
    const [b = ''] = await post('b');
    await delivering.change(b, 0, { headline: 'b again' });
    const whole = await itemsOf('EventLog');
    await damage(({ pk, sk }) => (pk === `E#${b}` && sk === 'M#000000') || (pk === 'F' && Number(sk) === 2));
    expect((await restore()).code).toBe(0);
    expect(byKey(await itemsOf('EventLog'))).toEqual(byKey(whole));
  });

  test('marks the last position as lost with the instant at which it was published', async () => {
    await post('a');
    await backUp();
    const [b = ''] = await post('b', 'c');
    const times = (await itemsOf('EventLog', 'F')).map(({ publishedAt }) => publishedAt);
    // Only the marker of b says what stood at position 2, and nothing what stood at position 3.
    await damage(({ pk, sk }) => pk !== `E#${b}` && !(pk === 'F' && Number(sk) === 1));
    expect((await restore('--dry-run')).lines[1]).toBe('Neither log has position 3. An entry would say so there.');
    await restore();
    expect((await itemsOf('EventLog', 'F')).map(({ publishedAt }) => publishedAt)).toEqual(times);
    await expectSound();
  });

  test('refuses a log that has given positions to others, and with --republish loses nothing of either', async () => {
    await post('a', 'b', 'c');
    await backUp();
    await damage(() => true);
    await emptyTable('Timelines');
    await post('new');
    expect(await restore()).toMatchObject({ code: 1, lines: [] });
    expect(await itemsOf('EventLog', 'F')).toHaveLength(1);
    const { lines } = await restore('--republish');
    expect(lines[0]).toBe('Restored 3 revisions of the 3 events in the backup. The record ends at position 4.');
    await expectSound();
    expect(await headlines()).toEqual(['a', 'b', 'c', 'new']);
  });

  test('lists revisions whose positions were given to others since the feed was lost, and publishes them with --republish', async () => {
    const [a = '', b = ''] = await post('a', 'b');
    await delivering.change(b, 0, { headline: 'b again' });
    await backUp();
    const [c = ''] = await post('c');
    await damage(({ pk, sk }) => pk === 'F' && Number(sk) > 3);
    await world.post(developmentWith({ headline: 'new' }, { id: 'new' })).catch(() => undefined);
    const { code, lines } = await restore();
    expect([code, lines[1]]).toEqual([
      1,
      `Readers do not see these revisions, whose positions the log has given to others since it was damaged: ${c} 0. With --republish, they get new positions.`,
    ]);
    expect(await headlines()).toEqual(['a', 'b again', 'new']);
    expect(await restore('--republish')).toMatchObject({
      code: 0,
      lines: expect.arrayContaining([`Published at new positions, revisions of: ${c}.`]),
    });
    await expectSound();
    expect(await headlines()).toEqual(['a', 'b again', 'c', 'new']);
    // The whole feed, of which the markers are left.
    await damage(({ pk }) => pk === 'F');
    await emptyTable('Timelines');
    await post('newer');
    const again = await restore('--republish');
    expect(again.lines[2]).toBe(
      `Published at new positions, revisions of: ${[a, b, c, eventIdOf('/newsrooms/example', 'new')].sort().join(', ')}.`,
    );
    await expectSound();
    expect(await headlines()).toEqual(['a', 'b again', 'c', 'new', 'newer']);
    expect((await restore('--republish')).code).toBe(0);
  });

  test('with --republish publishes also what a run that was killed has put without a position', async () => {
    await post('a', 'b', 'c');
    await backUp();
    await damage(() => true);
    await emptyTable('Timelines');
    await post('new');
    let isDead = false;
    fateOf = ({ command, input }) => {
      if (isDead) throw new Error('Killed');
      const isRevision =
        command === 'TransactWriteItemsCommand' && input.TransactItems[0].Put?.TableName === 'EventLog';
      isDead = isRevision;
      return isRevision ? 'answer lost' : 'done';
    };
    expect((await restore('--republish')).code).toBe(1);
    fateOf = () => 'done';
    expect((await itemsOf('EventLog', 'E#')).filter(({ sk }) => String(sk).startsWith('R#'))).toHaveLength(2);
    await restore('--republish');
    await expectSound();
    expect(await headlines()).toEqual(['a', 'b', 'c', 'new']);
  });

  test('leaves what it has published at new positions as it is when it is run again, also with --overwrite', async () => {
    const [a = ''] = await post('a', 'b');
    await delivering.change(a, 0, { headline: 'a again' });
    await backUp();
    await damage(() => true);
    await emptyTable('Timelines');
    await post('new');
    expect((await restore('--republish')).code).toBe(1);
    const restored = await itemsOf('EventLog');
    for (const more of [[], ['--overwrite']]) {
      expect(await restore('--republish', ...more)).toEqual({
        code: 0,
        lines: [
          'Restored 0 revisions of the 2 events in the backup. The record ends at position 6.',
          'From position 1 on, the log was written to after it was damaged, and has given positions to others.',
          'The timelines are rebuilt, to position 6.',
          'Redactions replayed: 0.',
        ],
      });
      expect(byKey(await itemsOf('EventLog'))).toEqual(byKey(restored));
    }
    await expectSound();
  });

  test('keeps an event that was posted again with other content and at another position, and lists it', async () => {
    const [a = ''] = await post('a');
    await backUp();
    await damage(() => true);
    await emptyTable('Timelines');
    await post('new');
    await world.post(developmentWith({ headline: 'Another' }, { id: 'a' }));
    const restored = byKey(await itemsOf('EventLog'));
    const { code, lines } = await restore('--republish', '--overwrite');
    expect([code, lines[2]]).toEqual([
      1,
      `The log has these items with another content, and keeps it: E#${a} R#000000.`,
    ]);
    expect(byKey(await itemsOf('EventLog'))).toEqual(restored);
    await expectSound();
  });

  test('lists items that were changed, and replaces them only if asked', async () => {
    const [a] = await post('a');
    await backUp();
    const revision = (await itemsOf('EventLog', `E#${a}`)).find(({ sk }) => sk === 'R#000000');
    expect(revision).toMatchObject({ pk: `E#${a}`, sk: 'R#000000' });
    await putItem('EventLog', { ...revision, recordedAt: '2020-01-01T00:00:00.000Z' });
    const differs = `The log has these items with another content, and keeps it: E#${a} R#000000.`;
    expect(await restore('--dry-run')).toMatchObject({ code: 1, lines: [expect.anything(), differs] });
    expect(await restore('--overwrite')).toMatchObject({ code: 0 });
    expect(await itemsOf('EventLog')).toContainEqual(revision);
  });

  test('finds a long event the same, however its text is compressed', async () => {
    const summary = 'Residents leave the district before it is handed over. '.repeat(20);
    const { body } = await world.post(developmentWith({ summary }, { id: 'long' }));
    const Key = marshall({ pk: `E#${body.id}`, sk: 'R#000000' });
    const { Item } = await besideClient().send(new GetItemCommand({ TableName: 'EventLog', Key }));
    const stored = unmarshall(Item ?? {});
    const text = gunzipSync(stored.event).toString();
    // Once as text, as an earlier release stored it, and once compressed by a library of its own.
    await backUp();
    await putItem(backup, { ...stored, v: 2, event: text });
    expect(await restore('--dry-run')).toMatchObject({ code: 0 });
    await putItem('EventLog', { ...stored, event: gzipSync(text, { level: 1 }) });
    expect(await restore('--dry-run')).toMatchObject({ code: 0 });
    const differs = `The log has these items with another content, and keeps it: E#${body.id} R#000000.`;
    for (const event of [gzipSync(text.replace('Residents', 'Nobody')), Buffer.from('damaged')]) {
      await putItem('EventLog', { ...stored, event });
      expect(await restore('--dry-run')).toMatchObject({ code: 1, lines: [expect.anything(), differs] });
    }
  });

  test('refuses a folder that is no copy of a data folder', async () => {
    const { code, errors } = await runTimeline(['restore', '--from-data', '/nowhere', ...tables]);
    expect([code, errors]).toEqual([1, 'There is no copy of a data folder at /nowhere: it has no database.\n']);
  });

  test('says that there is no table of the name of the backup', async () => {
    expect(await runTimeline(['restore', '--from', 'Missing', ...tables])).toEqual({
      code: 1,
      output: '',
      errors: 'There is no table Missing. Give the name that the backup was restored to.\n',
    });
  });

  test('refuses the log in use as its own backup', async () => {
    expect(await runTimeline(['restore', '--from', 'EventLog', ...tables])).toEqual({
      code: 1,
      output: '',
      errors: 'The backup is the log in use. Name the table or the folder that the backup is in.\n',
    });
  });

  test.each([
    ['no backup', tables],
    ['two backups', ['--from', 'A', '--from-data', 'b', ...tables]],
    ['some tables', ['--from', 'A', '--event-log', 'EventLog']],
  ])('ends with 2 for %s', async (_, parameters) => {
    expect(await runTimeline(['restore', ...parameters])).toMatchObject({ code: 2 });
  });
});
