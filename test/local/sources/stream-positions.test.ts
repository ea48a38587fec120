import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openStreamPositions } from '../../../local/sources/stream-positions.ts';

const arnOf = (table: string) => `arn:aws:dynamodb:local:000000000000:table/${table}/stream/1`;
const [log, timelines] = [arnOf('EventLog'), arnOf('Timelines')];

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timeline-test-'));
  path = join(folder, 'positions.json');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('a record is processed once every mapping of its stream has processed it', () => {
  const positions = openStreamPositions(path);
  positions.expect([
    { mapping: 'Sequence', streamArn: log },
    { mapping: 'Project', streamArn: log },
    { mapping: 'FanOut', streamArn: timelines },
  ]);
  positions.write('Sequence', log, 'shard', { after: '12' });
  positions.write('FanOut', timelines, 'shard', { after: '40' });
  expect(openStreamPositions(path).processed(['Sequence', 'Project', 'FanOut'])).toEqual(
    new Map([
      ['EventLog', 0],
      ['Timelines', 40],
    ]),
  );
  positions.write('Project', log, 'shard', { after: '7' });
  expect(openStreamPositions(path).processed(['Sequence', 'Project', 'FanOut'])).toEqual(
    new Map([
      ['EventLog', 7],
      ['Timelines', 40],
    ]),
  );
});

test('a mapping that the stack has no more holds nothing back', () => {
  const positions = openStreamPositions(path);
  positions.expect([
    { mapping: 'Sequence', streamArn: log },
    { mapping: 'Former', streamArn: log },
  ]);
  positions.write('Sequence', log, 'shard', { after: '12' });
  positions.write('Former', log, 'shard', { after: '3' });
  const next = openStreamPositions(path);
  next.expect([{ mapping: 'Sequence', streamArn: log }]);
  expect(next.processed(['Sequence'])).toEqual(new Map([['EventLog', 12]]));
  expect(next.read('Former', log, 'shard')).toEqual({});
});

test('nothing counts as processed while the stack has a mapping that has read nothing yet', () => {
  const positions = openStreamPositions(path);
  positions.expect([{ mapping: 'Sequence', streamArn: log }]);
  positions.write('Sequence', log, 'shard', { after: '12' });
  expect(openStreamPositions(path).processed(['Sequence', 'New'])).toEqual(new Map());
});
