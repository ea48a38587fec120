import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { certaintyOf } from '../../events/dates/certainty.ts';
import { parseRange } from '../../events/dates/range.ts';
import type { RangeParameters } from '../../events/dates/range-parameters.ts';
import { extentOf } from '../../events/dates/when.ts';
import { type CloudEvent, parseEvent, validateData } from '../../events/event.ts';
import { facetKeysOf } from '../../events/filters/facets.ts';
import { eventIdOf } from '../../events/identity.ts';
import { errorsOf } from '../../events/input/validation.ts';
import { mergePatch } from '../../events/merge-patch.ts';
import { storySchema } from '../../events/story.ts';

const source = '/newsrooms/example';
const textOf = (name: string) => readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8');

const lines = textOf('karabakh-2020.ndjson').trimEnd().split('\n');
const events = lines.map((line) => parseEvent(JSON.parse(line), { id: '', source }));
const idsWhere = (matches: (event: CloudEvent) => boolean) => events.filter(matches).map(({ id }) => id);
const eventWith = (id: string) => events.find((event) => event.id === id) as CloudEvent;

const found = (parameters: RangeParameters) =>
  events.flatMap(({ id, data }) => {
    const certainty = certaintyOf(extentOf(data.when), parseRange(parameters));
    return certainty ? [[id, certainty]] : [];
  });

const doubleEntry = 'wire/2020-12-01/lachin';

describe('the first story', () => {
  test('has every event of the report, and one of them twice', () => {
    expect(
      events.map(({ id, type, data: { when, status } }) => [id, type, when.edtf, when.kind ?? '', status]),
    ).toEqual([
      ['war-1988-1994', 'hostilities.reported', '1988/1994', 'span', 'confirmed'],
      ['minsk-group-1992-2020', 'talks.held', '1992/2020', 'span', 'confirmed'],
      ['offensive-2020-09-27', 'hostilities.reported', '2020-09-27/2020-11-10', 'span', 'confirmed'],
      ['jabrayil-captured-2020-10', 'district.captured', '2020-10', '', 'reported'],
      ['fuzuli-captured-2020-10', 'district.captured', '2020-10', '', 'reported'],
      ['zangilan-captured-2020-10', 'district.captured', '2020-10', '', 'reported'],
      ['qubadli-captured-2020-10', 'district.captured', '2020-10', '', 'reported'],
      ['truce-2020-11-09', 'truce.signed', '2020-11-09/2020-11-10', 'point', 'confirmed'],
      ['peacekeepers-2020-11-10', 'peacekeepers.deployed', '2020-11-10', '', 'confirmed'],
      ['kalbajar-handover-2020-11-15', 'handover.scheduled', '2020-11-15', '', 'planned'],
      ['kalbajar-handover-2020-11-25', 'handover.rescheduled', '2020-11-25', '', 'planned'],
      ['aghdam-ceded-2020-11-20', 'district.ceded', '2020-11-20', '', 'confirmed'],
      ['kalbajar-ceded-2020-11-25', 'district.ceded', '2020-11-25', '', 'confirmed'],
      ['french-senate-2020-11-25', 'resolution.passed', '2020-11-25', '', 'confirmed'],
      ['lachin-ceded-2020-12-01', 'district.ceded', '2020-12-01', '', 'confirmed'],
      [doubleEntry, 'district.ceded', '2020-12-01', '', 'confirmed'],
      ['center-2020-12-01', 'center.agreed', '2020-12-01', '', 'confirmed'],
      ['displaced-2020-12-01', 'displacement.reported', '2020-12-01', '', 'reported'],
      ['returned-2020-12-01', 'returns.reported', '2020-12-01', '', 'reported'],
      ['investment-2020-12', 'pledge.made', '2020-12', '', 'confirmed'],
      ['vartanyan-2020-12-02', 'statement.made', '2020-12-02~', '', 'confirmed'],
      ['azerbaijanis-to-return-2020-12', 'development.reported', '2020-12/..', '', 'planned'],
    ]);
  });
  test('is in one story and one zone, and leaves its source to the key', () => {
    expect(new Set(events.map(({ subject, data }) => `${subject} ${data.when.tz}`))).toEqual(
      new Set(['karabakh-2020 Asia/Baku']),
    );
    expect(lines.filter((line) => 'source' in JSON.parse(line))).toEqual([]);
  });
  test('relates events only to earlier ones', () => {
    const before = new Set<string>();
    for (const { id, data } of events) {
      expect(data.relations?.filter((relation) => !before.has(relation.id)) ?? []).toEqual([]);
      before.add(id);
    }
  });
  test('has the events of November 2020', () => {
    expect(found({ date: '2020-11' })).toEqual([
      ['minsk-group-1992-2020', 'certain'],
      ['offensive-2020-09-27', 'certain'],
      ['truce-2020-11-09', 'certain'],
      ['peacekeepers-2020-11-10', 'certain'],
      ['kalbajar-handover-2020-11-15', 'certain'],
      ['kalbajar-handover-2020-11-25', 'certain'],
      ['aghdam-ceded-2020-11-20', 'certain'],
      ['kalbajar-ceded-2020-11-25', 'certain'],
      ['french-senate-2020-11-25', 'certain'],
    ]);
  });
  test('has the events that went on in 1993', () => {
    expect(found({ date: '1993' })).toEqual([
      ['war-1988-1994', 'certain'],
      ['minsk-group-1992-2020', 'certain'],
    ]);
  });
  test('has the events of 1 December 2020', () => {
    expect(found({ date: '2020-12-01' })).toEqual([
      ['minsk-group-1992-2020', 'certain'],
      ['lachin-ceded-2020-12-01', 'certain'],
      [doubleEntry, 'certain'],
      ['center-2020-12-01', 'certain'],
      ['displaced-2020-12-01', 'certain'],
      ['returned-2020-12-01', 'certain'],
      ['investment-2020-12', 'possible'],
      ['azerbaijanis-to-return-2020-12', 'certain'],
    ]);
  });
  test('has every event about Lachin', () => {
    expect(idsWhere((event) => facetKeysOf(event).includes('P#AZ-LAC'))).toEqual([
      ...['truce-2020-11-09', 'lachin-ceded-2020-12-01', doubleEntry],
    ]);
  });
  test('has every event with Russia', () => {
    expect(idsWhere((event) => facetKeysOf(event).includes('A#RU'))).toEqual([
      ...[
        'minsk-group-1992-2020',
        'truce-2020-11-09',
        'peacekeepers-2020-11-10',
        'center-2020-12-01',
        'returned-2020-12-01',
      ],
    ]);
  });
  test('has the three handovers of Kalbajar (scheduled, postponed, done), each related to the one before', () => {
    const handover = events.filter(
      ({ type, data }) => 'district' in data && facetKeysOf({ type, subject: '', data }).includes('P#AZ-KAL'),
    );
    expect(handover.map(({ id, data }) => [id, data.relations])).toEqual([
      ['kalbajar-handover-2020-11-15', [{ rel: 'under', id: 'truce-2020-11-09' }]],
      [
        'kalbajar-handover-2020-11-25',
        [
          { rel: 'amends', id: 'kalbajar-handover-2020-11-15' },
          { rel: 'under', id: 'truce-2020-11-09' },
        ],
      ],
      [
        'kalbajar-ceded-2020-11-25',
        [
          { rel: 'fulfils', id: 'kalbajar-handover-2020-11-25' },
          { rel: 'under', id: 'truce-2020-11-09' },
        ],
      ],
    ]);
  });
});

describe('the follow-ups', () => {
  const followUps = JSON.parse(textOf('karabakh-2020.follow-ups.json'));
  const [description, correction, retraction] = followUps;
  const peacekeepers = 'peacekeepers-2020-11-10';

  test('are three requests, with the ids that the events get in the newsroom `example`', () => {
    expect(followUps.map(({ method, path, ifMatch }: Record<string, string>) => [method, path, ifMatch])).toEqual([
      ['PUT', '/v1/stories/karabakh-2020', undefined],
      ['POST', `/v1/events/${eventIdOf(source, peacekeepers)}/corrections`, '"0"'],
      ['POST', `/v1/events/${eventIdOf(source, doubleEntry)}/retraction`, '"0"'],
    ]);
  });
  test('describe the story', () => {
    expect(errorsOf(storySchema, description.body)).toEqual([]);
  });
  test('correct the number of peacekeepers and nothing else', () => {
    const before = eventWith(peacekeepers);
    expect(before.data).toMatchObject({ quantity: { best: 2000, qualifier: 'nearly', unit: 'soldiers' } });
    const data = mergePatch(before.data, correction.body.data);
    validateData(before.type, data, '/data');
    expect(data).toEqual({ ...before.data, quantity: { best: 1960, qualifier: 'exact', unit: 'soldiers' } });
    expect(correction.body.note).toMatch(/1,960/);
  });
  test('retract the duplicate, naming the event that stays', () => {
    const { district, from, to, when } = { ...eventWith(doubleEntry).data };
    expect(eventWith('lachin-ceded-2020-12-01').data).toMatchObject({ district: district as object, from, to, when });
    expect(retraction.body).toEqual({
      note: expect.stringContaining(eventIdOf(source, 'lachin-ceded-2020-12-01')),
    });
  });
});
