import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type CloudEvent, parseEvent } from '../../events/event.ts';
import { errorsOf } from '../../events/input/validation.ts';
import { storySchema } from '../../events/story.ts';

const textOf = (name: string) => readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8');

const events = textOf('scotland-2014.ndjson')
  .trimEnd()
  .split('\n')
  .map((line) => parseEvent(JSON.parse(line), { id: '', source: '/newsrooms/example' }));
const eventWith = (id: string) => events.find((event) => event.id === id) as CloudEvent;

describe('the second story', () => {
  test('is a vote from the agreement on it to the judgment on another', () => {
    expect(events.map(({ id, type, subject, data: { when, status } }) => [id, type, subject, when, status])).toEqual(
      [
        ['edinburgh-agreement-2012-10-15', 'agreement.signed', '2012-10-15', 'confirmed'],
        ['referendum-due-2014-12-31', 'deadline.set', '2014-12-31', 'planned'],
        ['date-announced-2013-03-21', 'statement.made', '2013-03-21', 'confirmed'],
        ['franchise-act-2013-08-07', 'law.passed', '2013-08-07', 'confirmed'],
        ['referendum-act-2013-11-14', 'law.passed', '2013-11-14', 'confirmed'],
        ['white-paper-2013-11-26', 'development.reported', '2013-11-26', 'confirmed'],
        ['referendum-2014-09-18', 'election.held', '2014-09-18', 'confirmed'],
        ['salmond-steps-down-2014-09-19', 'statement.made', '2014-09-19', 'confirmed'],
        ['smith-appointed-2014-09-19', 'appointment.made', '2014-09-19', 'confirmed'],
        ['smith-due-2014-11-30', 'deadline.set', '2014-11-30', 'planned'],
        ['sturgeon-first-minister-2014-11-20', 'appointment.made', '2014-11-20', 'confirmed'],
        ['smith-agreement-2014-11-27', 'agreement.signed', '2014-11-27', 'confirmed'],
        ['scotland-act-2016-03-23', 'law.passed', '2016-03-23', 'confirmed'],
        ['supreme-court-2022-11-23', 'court.ruled', '2022-11-23', 'confirmed'],
      ].map(([id, type, edtf, status]) => [id, type, 'scotland-2014', { edtf, tz: 'Europe/London' }, status]),
    );
  });
  test('has the result of the vote in figures that add up', () => {
    const votes = (best: number) => ({ best, qualifier: 'exact', unit: 'votes' });
    const percent = (best: number) => ({ best, qualifier: 'exact', unit: 'percent' });
    expect(eventWith('referendum-2014-09-18').data).toMatchObject({
      contest: 'Should Scotland be an independent country?',
      area: { name: 'Scotland', iso3166_2: 'GB-SCT' },
      results: [
        { choice: 'No', votes: votes(2_001_926), share: percent(55.3) },
        { choice: 'Yes', votes: votes(1_617_989), share: percent(44.7) },
      ],
      turnout: percent(84.6),
      relations: [
        { rel: 'fulfils', id: 'referendum-due-2014-12-31' },
        { rel: 'under', id: 'referendum-act-2013-11-14' },
      ],
    });
    // The valid votes, as the Electoral Management Board counted them.
    expect(2_001_926 + 1_617_989).toBe(3_619_915);
    expect([2_001_926, 1_617_989].map((count) => Math.round((1_000 * count) / 3_619_915) / 10)).toEqual([55.3, 44.7]);
  });
  test('relates events only to earlier ones, and cites no home pages', () => {
    const before = new Set<string>();
    for (const { id, data } of events) {
      expect(data.relations?.filter((relation) => !before.has(relation.id)) ?? []).toEqual([]);
      before.add(id);
    }
    const paths = events.flatMap(({ data }) => data.sources.map(({ url }) => new URL(url).pathname));
    expect(paths.filter((path) => path.length < 10)).toEqual([]);
  });
  test('is described by its follow-up', () => {
    const [description, ...others] = JSON.parse(textOf('scotland-2014.follow-ups.json'));
    expect([description.method, description.path, others]).toEqual(['PUT', '/v1/stories/scotland-2014', []]);
    expect(errorsOf(storySchema, description.body)).toEqual([]);
  });
});
