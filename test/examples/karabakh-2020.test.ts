import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { certaintyOf } from '../../events/dates/certainty.ts';
import { parseRange } from '../../events/dates/range.ts';
import type { RangeParameters } from '../../events/dates/range-parameters.ts';
import { extentOf } from '../../events/dates/when.ts';
import { mergePatch } from '../../events/decisions/merge-patch.ts';
import { type CloudEvent, parseEvent, validateData } from '../../events/event.ts';
import { facetKeysOf } from '../../events/filters/facets.ts';
import { eventIdOf } from '../../events/identity.ts';
import { errorsOf } from '../../events/input/validation.ts';
import { storySchema } from '../../events/story.ts';

const source = '/newsrooms/example';
const textOf = (name: string) => readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8');

const lines = textOf('karabakh-2020.ndjson').trimEnd().split('\n');
const events = lines.map((line) => parseEvent(JSON.parse(line), { id: '', source }));
const eventWith = (id: string) => events.find((event) => event.id === id) as CloudEvent;

const found = (parameters: RangeParameters, matches: (event: CloudEvent) => boolean = () => true) =>
  events.filter(matches).flatMap(({ id, data }) => {
    const certainty = certaintyOf(extentOf(data.when), parseRange(parameters));
    return certainty ? [[id, certainty]] : [];
  });
const inFacet = (facet: string) => (event: CloudEvent) => facetKeysOf(event).includes(facet);
const idsIn = (facet: string) => events.filter(inFacet(facet)).map(({ id }) => id);

const doubleEntry = 'wire/2020-12-01/lachin';

const tz = 'Asia/Baku';
const armenia = { name: 'Armenia', iso3166: 'AM' };
const azerbaijan = { name: 'Azerbaijan', iso3166: 'AZ' };
const russia = { name: 'Russia', iso3166: 'RU' };
const turkey = { name: 'Turkey', iso3166: 'TR' };
const karabakh = { name: 'Nagorno-Karabakh' };
const aghdam = { name: 'Aghdam', iso3166_2: 'AZ-AGM' };
const fuzuli = { name: 'Fuzuli', iso3166_2: 'AZ-FUZ' };
const jabrayil = { name: 'Jabrayil', iso3166_2: 'AZ-CAB' };
const kalbajar = { name: 'Kalbajar', iso3166_2: 'AZ-KAL' };
const lachin = { name: 'Lachin', iso3166_2: 'AZ-LAC' };
const qubadli = { name: 'Qubadli', iso3166_2: 'AZ-QBI' };
const zangilan = { name: 'Zangilan', iso3166_2: 'AZ-ZAN' };
const seven = [aghdam, fuzuli, jabrayil, kalbajar, lachin, qubadli, zangilan];
const underTruce = { rel: 'under', id: 'truce-2020-11-09' };

const during = { edtf: '2020-09-27/2020-11-10', tz };
const since = (day: string) => ({ edtf: `${day}/`, tz, kind: 'span' });

/** What the report says, in its words as an event: id, type, and what the event must carry. */
const facts: readonly (readonly [string, string, string, object])[] = [
  [
    'Karabakh breaks away in the 1990s, and seven districts around it are seized',
    'war-1990s',
    'hostilities.reported',
    {
      when: { edtf: '199X', tz, kind: 'point' },
      status: 'confirmed',
      summary: expect.stringContaining('buffer zone'),
      places: [karabakh, ...seven],
    },
  ],
  [
    'decades of talks in the Minsk Group find no settlement',
    'minsk-group-1990s-2020',
    'talks.held',
    {
      when: { edtf: '199X/2020-12-02', tz, kind: 'span' },
      status: 'confirmed',
      outcome: 'None: the status of Nagorno-Karabakh is not settled.',
      mediators: [
        { name: 'France', iso3166: 'FR', role: 'co-chair' },
        { ...russia, role: 'co-chair' },
        { name: 'United States', iso3166: 'US', role: 'co-chair' },
      ],
      actors: [{ name: 'Minsk Group', role: 'forum' }],
    },
  ],
  [
    'the offensive reclaims swathes of territory',
    'offensive-2020-09-27',
    'hostilities.reported',
    { when: { ...during, kind: 'span' }, status: 'reported', parties: [azerbaijan, armenia] },
  ],
  ...[
    [jabrayil, 'jabrayil-captured-2020'] as const,
    [fuzuli, 'fuzuli-captured-2020'] as const,
    [zangilan, 'zangilan-captured-2020'] as const,
    [qubadli, 'qubadli-captured-2020'] as const,
  ].map(
    ([district, id]) =>
      [
        `${district.name} is won back in the fighting`,
        id,
        'district.captured',
        { when: { ...during, kind: 'point' }, status: 'reported', district, by: azerbaijan },
      ] as const,
  ),
  [
    'the truce is brokered by Russia, and three districts are to be handed over',
    'truce-2020-11-09',
    'truce.signed',
    {
      when: { edtf: '2020-11-09/2020-11-10', tz, kind: 'point' },
      status: 'confirmed',
      parties: [armenia, azerbaijan],
      brokers: [russia],
      inForceFrom: '2020-11-10T00:00:00+03:00',
      districts: [aghdam, kalbajar, lachin],
    },
  ],
  [
    'nearly 2,000 peacekeepers have a renewable mandate of five years',
    'peacekeepers-2020-11-10',
    'peacekeepers.deployed',
    {
      when: { edtf: '2020-11-10', tz },
      status: 'confirmed',
      from: russia,
      quantity: { best: 2000, qualifier: 'nearly', unit: 'soldiers' },
      mandate: { duration: 'P5Y', renewableBy: 'P5Y', notice: 'P6M' },
      relations: [underTruce],
    },
  ],
  [
    'the mandate ends unless it is renewed',
    'mandate-ends-2025-11-10',
    'deadline.set',
    { when: { edtf: '2025-11-10', tz }, status: 'planned', relations: [underTruce] },
  ],
  ...[
    [kalbajar, 'kalbajar-handover-2020-11-15', '2020-11-15'] as const,
    [aghdam, 'aghdam-handover-2020-11-20', '2020-11-20'] as const,
    [lachin, 'lachin-handover-2020-12-01', '2020-12-01'] as const,
  ].map(
    ([district, id, day]) =>
      [
        `the handover of ${district.name} is scheduled`,
        id,
        'handover.scheduled',
        {
          when: { edtf: day, tz },
          status: 'planned',
          district,
          from: armenia,
          to: azerbaijan,
          relations: [underTruce],
        },
      ] as const,
  ),
  [
    'the handover of Kalbajar is put off',
    'kalbajar-handover-2020-11-25',
    'handover.rescheduled',
    {
      when: { edtf: '2020-11-25', tz },
      status: 'planned',
      district: kalbajar,
      previously: '2020-11-15',
      relations: [{ rel: 'amends', id: 'kalbajar-handover-2020-11-15' }, underTruce],
    },
  ],
  ...[
    [aghdam, 'aghdam-ceded-2020-11-20', '2020-11-20', 'aghdam-handover-2020-11-20'] as const,
    [kalbajar, 'kalbajar-ceded-2020-11-25', '2020-11-25', 'kalbajar-handover-2020-11-25'] as const,
    [lachin, 'lachin-ceded-2020-12-01', '2020-12-01', 'lachin-handover-2020-12-01'] as const,
  ].map(
    ([district, id, day, scheduled]) =>
      [
        `${district.name} is ceded`,
        id,
        'district.ceded',
        {
          when: { edtf: day, tz },
          status: 'confirmed',
          district,
          from: armenia,
          to: azerbaijan,
          relations: [{ rel: 'fulfils', id: scheduled }, underTruce],
        },
      ] as const,
  ),
  [
    'Azerbaijan controls all seven districts, which ends the first stage',
    'seven-districts-2020-12-01',
    'situation.described',
    {
      when: since('2020-12-01'),
      status: 'confirmed',
      summary: expect.stringContaining('first stage of the peace process ends'),
      places: seven,
    },
  ],
  [
    "the separatists keep most of Karabakh's Soviet-era territory, and residents return there",
    'separatists-keep-2020-12-02',
    'situation.described',
    { when: since('2020-12-02'), summary: expect.stringContaining('return'), places: [karabakh] },
  ],
  [
    'up to 90,000 fled during the fighting, some 60% of the population',
    'displaced-2020',
    'displacement.reported',
    {
      when: { ...during, kind: 'span' },
      status: 'reported',
      quantity: { high: 90000, qualifier: 'upTo', unit: 'people' },
      populationShare: { best: 60, qualifier: 'about', unit: 'percent' },
      from: karabakh,
    },
  ],
  [
    'more than 26,000 have returned, says Russia, which helps them home',
    'returned-2020-12-01',
    'returns.reported',
    {
      when: { edtf: '2020-12-01', tz, kind: 'point' },
      status: 'reported',
      quantity: { low: 26000, qualifier: 'moreThan', unit: 'people' },
      reportedBy: russia,
      to: karabakh,
    },
  ],
  [
    'tens of thousands of Azerbaijanis are expected to return, once mines are cleared',
    'azerbaijanis-to-return-2020-12',
    'development.reported',
    {
      when: { edtf: '2020-12-02/', tz, kind: 'point' },
      status: 'planned',
      headline: expect.stringMatching(/^Tens of thousands of /),
      summary: expect.stringMatching(/mines .* infrastructure/),
      quantity: { low: 20000, qualifier: 'moreThan', unit: 'people' },
      actors: [azerbaijan],
      places: seven,
    },
  ],
  [
    'Azerbaijan, rich in oil, vows huge sums to rebuild',
    'rebuilding-2020',
    'pledge.made',
    {
      when: { edtf: '2020-09-27/2020-12-02', tz, kind: 'point' },
      by: azerbaijan,
      summary: expect.stringContaining('oil'),
      pledge: 'To spend "huge" sums on rebuilding the districts',
    },
  ],
  [
    'the economic future of the Karabakh Armenians is uncertain',
    'economy-2020-12-02',
    'situation.described',
    { when: since('2020-12-02'), actors: [armenia, { name: 'Karabakh Armenians' }], places: [karabakh] },
  ],
  [
    'how the three sides will work together is open',
    'cooperation-open-2020-12-02',
    'question.open',
    {
      when: since('2020-12-02'),
      question: 'How will Azerbaijan, Armenia and the separatists work together?',
      summary: expect.stringContaining('Tensions'),
    },
  ],
  [
    'an analyst of Crisis Group calls the agreement ambiguous, on two things',
    'vartanyan-2020-12-02',
    'statement.made',
    {
      when: { edtf: '2020-12-02~', tz },
      speaker: { name: 'Olesya Vartanyan', role: 'analyst' },
      onBehalfOf: { name: 'International Crisis Group' },
      quotation: 'ambiguous',
      about: 'The mandate of the peacekeepers, and the organization of local life',
      summary: expect.stringMatching(/Armenians .* Azerbaijanis.*tensions and destabilization/),
    },
  ],
  [
    'the long-term future of Karabakh is not spelt out',
    'status-open-2020-12-02',
    'question.open',
    { when: since('2020-12-02'), question: 'What is the long-term future of Nagorno-Karabakh?' },
  ],
  [
    'Russia has moved to the forefront, and Azerbaijan is keen for Turkey to mediate',
    'mediators-2020-12-02',
    'situation.described',
    { when: since('2020-12-02'), actors: [azerbaijan, russia, turkey] },
  ],
  [
    'the French Senate calls for recognition, which binds nobody',
    'french-senate-2020-11-25',
    'resolution.passed',
    {
      when: { edtf: '2020-11-25', tz: 'Europe/Paris' },
      status: 'confirmed',
      body: { name: 'French Senate', iso3166: 'FR' },
      binding: false,
      callsFor: 'Recognition of Nagorno-Karabakh as independent',
    },
  ],
  [
    "Azerbaijan lashes out at France, and the Minsk Group's credibility is questioned",
    'baku-on-france-2020-11',
    'statement.made',
    {
      when: { edtf: '2020-11-25/2020-11-29', tz, kind: 'point' },
      speaker: azerbaijan,
      actors: [{ name: 'France', iso3166: 'FR' }, { name: 'Minsk Group' }],
      summary: expect.stringContaining('credibility'),
      relations: [{ rel: 'disputes', id: 'french-senate-2020-11-25' }],
    },
  ],
  [
    'Turkey and Russia seal a deal for a joint peacekeeping center',
    'center-2020-12-01',
    'center.agreed',
    { when: { edtf: '2020-12-01', tz }, status: 'confirmed', parties: [turkey, russia] },
  ],
  [
    'unnamed experts see another diplomatic format, and mistrust',
    'experts-2020-12-02',
    'statement.made',
    {
      when: { edtf: '2020-12-02~', tz },
      speaker: { name: 'Experts', role: 'unnamed in the report' },
      summary: expect.stringMatching(/sticking point.*mistrust/),
    },
  ],
  [
    'both sides adjust to life along the new borders',
    'new-borders-2020-12',
    'development.reported',
    { when: { edtf: '2020-12', tz }, status: 'reported' },
  ],
];

describe('the report says, and the first story has, that', () => {
  test.each(facts)('%s', (_, id, type, data) => {
    expect(eventWith(id)).toMatchObject({ type, subject: 'karabakh-2020', data });
  });
});

describe('the first story', () => {
  test('has one event for each fact, and one event twice', () => {
    expect(events.map(({ id }) => id).sort()).toEqual([...facts.map(([, id]) => id), doubleEntry].sort());
  });
  test('leaves the source of its events to the key', () => {
    expect(lines.filter((line) => 'source' in JSON.parse(line))).toEqual([]);
  });
  test('relates events only to earlier ones', () => {
    const before = new Set<string>();
    for (const { id, data } of events) {
      expect(data.relations?.filter((relation) => !before.has(relation.id)) ?? []).toEqual([]);
      before.add(id);
    }
  });
  test('cites documents: the report, two others, and where they are silent Wikipedia', () => {
    const cited = events.flatMap(({ data }) => data.sources.map(({ url, publishedAt }) => `${url} ${publishedAt}`));
    expect(new Set(cited)).toEqual(
      new Set([
        'https://www.themoscowtimes.com/author/afp-2 2020-12-02',
        // A related report, of which only the title is known.
        'https://www.themoscowtimes.com/author/afp-2 undefined',
        'https://www.themoscowtimes.com/2026/06/18/turkey-russia-seal-deal-for-karabakh-peacekeeping-center undefined',
        'http://en.kremlin.ru/events/president/news/64384 2020-11-10',
        'https://en.wikipedia.org/wiki/Second_Nagorno-Karabakh_War undefined',
        'https://en.wikipedia.org/wiki/2020_Nagorno-Karabakh_ceasefire_agreement undefined',
      ]),
    );
  });
});

describe('the first story answers', () => {
  test('what happened in November 2020', () => {
    expect(found({ date: '2020-11' })).toEqual([
      ['offensive-2020-09-27', 'certain'],
      ['jabrayil-captured-2020', 'possible'],
      ['fuzuli-captured-2020', 'possible'],
      ['zangilan-captured-2020', 'possible'],
      ['qubadli-captured-2020', 'possible'],
      ['displaced-2020', 'certain'],
      ['truce-2020-11-09', 'certain'],
      ['peacekeepers-2020-11-10', 'certain'],
      ['kalbajar-handover-2020-11-15', 'certain'],
      ['aghdam-handover-2020-11-20', 'certain'],
      ['kalbajar-handover-2020-11-25', 'certain'],
      ['aghdam-ceded-2020-11-20', 'certain'],
      ['kalbajar-ceded-2020-11-25', 'certain'],
      ['french-senate-2020-11-25', 'certain'],
      ['baku-on-france-2020-11', 'certain'],
      ['minsk-group-1990s-2020', 'certain'],
      ['rebuilding-2020', 'possible'],
    ]);
  });
  test('what was going on in 1993, in Lachin too', () => {
    expect(found({ date: '1993' })).toEqual([
      ['war-1990s', 'possible'],
      ['minsk-group-1990s-2020', 'certain'],
    ]);
    expect(found({ date: '1993' }, inFacet('P#AZ-LAC'))).toEqual([['war-1990s', 'possible']]);
  });
  test('what happened and went on on 1 December 2020', () => {
    expect(found({ date: '2020-12-01' })).toEqual([
      ['lachin-handover-2020-12-01', 'certain'],
      ['lachin-ceded-2020-12-01', 'certain'],
      [doubleEntry, 'certain'],
      ['seven-districts-2020-12-01', 'certain'],
      ['center-2020-12-01', 'certain'],
      ['returned-2020-12-01', 'certain'],
      ['minsk-group-1990s-2020', 'certain'],
      ['rebuilding-2020', 'possible'],
      ['new-borders-2020-12', 'possible'],
    ]);
  });
  test('what concerns Lachin', () => {
    expect(idsIn('P#AZ-LAC')).toEqual([
      'war-1990s',
      'truce-2020-11-09',
      'lachin-handover-2020-12-01',
      'lachin-ceded-2020-12-01',
      doubleEntry,
      'seven-districts-2020-12-01',
      'azerbaijanis-to-return-2020-12',
    ]);
  });
  test('what Russia has to do with', () => {
    expect(idsIn('A#RU')).toEqual([
      'truce-2020-11-09',
      'peacekeepers-2020-11-10',
      'mandate-ends-2025-11-10',
      'center-2020-12-01',
      'returned-2020-12-01',
      'minsk-group-1990s-2020',
      'mediators-2020-12-02',
    ]);
  });
  test('what France has to do with, the resolution of its Senate too', () => {
    expect(idsIn('A#FR')).toEqual(['french-senate-2020-11-25', 'baku-on-france-2020-11', 'minsk-group-1990s-2020']);
  });
  test('what was planned for Kalbajar, and what became of it, each related to the one before', () => {
    const handover = events.filter(({ id, type }) => /handover|ceded/.test(type) && id.startsWith('kalbajar'));
    expect(handover.map(({ id, data }) => [id, data.relations])).toEqual([
      ['kalbajar-handover-2020-11-15', [underTruce]],
      ['kalbajar-handover-2020-11-25', [{ rel: 'amends', id: 'kalbajar-handover-2020-11-15' }, underTruce]],
      ['kalbajar-ceded-2020-11-25', [{ rel: 'fulfils', id: 'kalbajar-handover-2020-11-25' }, underTruce]],
    ]);
  });
  test('what is still open', () => {
    expect(idsIn('T#question.open')).toEqual(['cooperation-open-2020-12-02', 'status-open-2020-12-02']);
  });
  test('what was planned after 2 December', () => {
    expect(found({ from: '2020-12-03' }, ({ data }) => data.status === 'planned')).toEqual([
      ['mandate-ends-2025-11-10', 'certain'],
      ['azerbaijanis-to-return-2020-12', 'possible'],
    ]);
  });
  test('that people were fleeing in October 2020', () => {
    expect(found({ date: '2020-10' }, inFacet('T#displacement.reported'))).toEqual([['displaced-2020', 'certain']]);
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
  test('correct the number of peacekeepers, add the agreement as a source, and change nothing else', () => {
    const before = eventWith(peacekeepers);
    const statement = eventWith('truce-2020-11-09').data.sources[1];
    const data = mergePatch(before.data, correction.body.data);
    validateData(before.type, data, '/data');
    expect(data).toEqual({
      ...before.data,
      quantity: { best: 1960, qualifier: 'exact', unit: 'soldiers' },
      sources: [...before.data.sources, statement],
    });
    expect(statement?.publisher).toBe('The Kremlin');
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
