import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { eventType } from '../../../events/catalogue/event-type.ts';
import { actorSchema, actorsSchema } from '../../../events/catalogue/fields/actor.ts';
import { listOf } from '../../../events/catalogue/fields/list.ts';
import { placeSchema } from '../../../events/catalogue/fields/place.ts';
import { quantitySchema } from '../../../events/catalogue/fields/quantity.ts';
import { textOf } from '../../../events/catalogue/fields/text.ts';
import { durationSchema, momentSchema } from '../../../events/catalogue/fields/times.ts';
import { webAddressOf } from '../../../events/catalogue/fields/web-address.ts';
import { catalogue } from '../../../events/catalogue/index.ts';
import type { Format, FormatName } from '../../../functions/lib/formats/format.ts';
import { documentOf, documentWith } from '../formats/documents.ts';

const people = { best: 3, qualifier: 'exact', unit: 'people' };

/** A type with a field of each kind, which no format and no catalogue of words knows. */
const rocketLaunched = eventType({
  description: 'A rocket is launched.',
  fields: () => ({
    launchedBy: actorSchema().optional().describe('By whom.'),
    crew: actorsSchema().optional(),
    launchSite: placeSchema(),
    thrust: quantitySchema().optional(),
    losses: z.strictObject({ crewMembers: quantitySchema(), animals: z.int().optional() }).optional(),
    stages: listOf(() => z.strictObject({ stage: textOf(100), burn: durationSchema() })).optional(),
    remarks: listOf(() => textOf(100)).optional(),
    orbit: z.enum(['lowOrbit', 'highOrbit']).optional(),
    reusable: z.boolean().optional(),
    flightNumber: z.int().optional(),
    plannedFor: momentSchema().optional(),
    flightTime: durationSchema().optional(),
    broadcast: webAddressOf('https').optional(),
  }),
  actors: ['launchedBy', 'crew'],
  places: ['launchSite'],
});

const data = {
  launchedBy: { name: 'ESA', role: 'agency' },
  crew: [{ name: 'Jane Roe', role: 'pilot' }, { name: 'John Doe' }],
  launchSite: { name: 'Kourou' },
  thrust: { low: 7000, best: 8000, high: 9000, qualifier: 'nearly', unit: 'kN' },
  losses: { crewMembers: people, animals: 1 },
  stages: [
    { stage: 'first', burn: 'PT2M' },
    { stage: 'second', burn: 'PT10M' },
  ],
  remarks: ['Cloudy.', 'Windy.'],
  orbit: 'lowOrbit',
  reusable: false,
  flightNumber: 7,
  plannedFor: '2020-11',
  flightTime: 'P1DT2H',
  broadcast: 'https://example.org/live',
};

const facts = [
  ['Event', 'rocket launched'],
  ['Launched by', 'ESA (agency)'],
  ['Crew', 'Jane Roe (pilot)', 'John Doe'],
  ['Launch site', 'Kourou'],
  ['Thrust', 'nearly 8,000 kN (from 7,000 to 9,000)'],
  ['Losses crew members', 'exactly 3 people'],
  ['Losses animals', '1'],
  ['Stages', 'stage: first; burn: 2 minutes', 'stage: second; burn: 10 minutes'],
  ['Remarks', 'Cloudy.', 'Windy.'],
  ['Orbit', 'low orbit'],
  ['Reusable', 'no'],
  ['Flight number', '7'],
  ['Planned for', 'November 2020'],
  ['Flight time', '1 day and 2 hours'],
  ['Broadcast', 'https://example.org/live'],
] as const;

const cells = {
  launched_by: 'ESA',
  launched_by_role: 'agency',
  crew: 'Jane Roe; John Doe',
  crew_role: 'pilot; ',
  launch_site: 'Kourou',
  thrust_low: 7000,
  thrust_best: 8000,
  thrust_high: 9000,
  thrust_qualifier: 'nearly',
  thrust_unit: 'kN',
  losses_crew_members_low: null,
  losses_crew_members_best: 3,
  losses_crew_members_high: null,
  losses_crew_members_qualifier: 'exact',
  losses_crew_members_unit: 'people',
  losses_animals: 1,
  stages_stage: 'first; second',
  stages_burn: 'PT2M; PT10M',
  remarks: 'Cloudy.; Windy.',
  orbit: 'lowOrbit',
  reusable: false,
  flight_number: 7,
  planned_for: '2020-11',
  flight_time: 'P1DT2H',
  broadcast: 'https://example.org/live',
};

let formats: Readonly<Record<FormatName, Format>>;

/** A page with an event of the type. */
const page = () => {
  const [entry = ''] = documentWith({}).entries;
  const { data: required, ...rest } = JSON.parse(entry);
  return documentOf([JSON.stringify({ ...rest, type: 'rocket.launched', data: { ...required, ...data } })]);
};

describe('An event of a type that was added to the catalogue alone', () => {
  beforeAll(async () => {
    Object.assign(catalogue, { 'rocket.launched': rocketLaunched });
    ({ formats } = await import('../../../functions/lib/formats/index.ts'));
  });

  test.each(['atom', 'rss', 'jsonfeed', 'timelinejs'] as const)('has all its facts in %s', (name) => {
    const unescaped = formats[name]
      .render(page())
      .replaceAll('&#x3C;', '<')
      .replaceAll('\\"', '"')
      .replaceAll(/<a href="[^"]*">([^<]*)<\/a>/g, '$1');
    for (const [label, ...values] of facts) {
      expect(unescaped).toContain(`<dt>${label}</dt>${values.map((value) => `<dd>${value}</dd>`).join('')}`);
    }
  });

  test('has all its facts in a calendar', () => {
    const unfolded = formats.ics.render(page()).replaceAll('\r\n ', '');
    for (const [label, ...values] of facts) {
      for (const value of values) {
        expect(unfolded).toContain(value.replaceAll(/[;,]/g, '\\$&'));
        expect(unfolded).toMatch(new RegExp(`(\\\\n|:)${label}: `));
      }
    }
  });

  test('has a column for each of its fields in CSV', () => {
    const [row] = parse<Record<string, string>>(formats.csv.render(page()), { bom: true, columns: true });
    for (const [name, value] of Object.entries(cells)) {
      expect([name, row?.[name]]).toEqual([name, value === null ? '' : String(value)]);
    }
  });

  test('has a property for each of its fields in GeoJSON', () => {
    expect(JSON.parse(formats.geojson.render(page())).features[0].properties).toMatchObject(cells);
  });

  test.each(['json', 'ndjson'] as const)('is as it was sent in %s', (name) => {
    const text = formats[name].render(page());
    const [entry] = name === 'json' ? JSON.parse(text).entries : [JSON.parse(text)];
    expect(entry.data).toMatchObject(data);
  });
});
