import type { EventData } from '../../events/event.ts';

const armenia = { name: 'Armenia', iso3166: 'AM' };
const azerbaijan = { name: 'Azerbaijan', iso3166: 'AZ' };
const russia = { name: 'Russia', iso3166: 'RU', qid: 'Q159' };
const lachin = { name: 'Lachin', iso3166_2: 'AZ-LAC' };
const people = { low: 1000, best: 1500, high: 2000, qualifier: 'about', unit: 'people' };

/** The data that every event must have, and nothing else. */
export const requiredFields = {
  when: { edtf: '2020-12-01' },
  headline: 'Something happened',
  status: 'confirmed',
  sources: [{ url: 'https://example.org/', publisher: 'AFP' }],
} satisfies EventData;

/** The data that any event may have, all of it. */
export const allSharedFields = {
  when: { edtf: '2020-12-01', tz: 'Asia/Baku', kind: 'point', historical: false },
  headline: 'Something happened',
  summary: '',
  language: 'az-Latn',
  translations: { fr: { headline: 'Il s’est passé quelque chose', summary: 'Un résumé.' } },
  status: 'disputed',
  actors: [{ name: 'Minsk Group', role: 'forum', qid: 'Q1' }],
  places: [{ name: 'Petrishki', iso3166: 'BY', geometry: { type: 'Point', coordinates: [26.55, 54.07] } }],
  topics: ['medtop:20000056'],
  sources: [
    { url: 'http://example.org/a?b#c', publisher: 'AFP', title: 'A title', publishedAt: '2020-12-02T10:00:00+04:00' },
  ],
  media: [
    {
      url: 'https://example.org/a.jpg?b#c',
      alternativeText: 'People at a table',
      credit: 'Jane Roe, AFP',
      licence: 'All rights reserved',
      caption: 'The signing',
      width: 1200,
      height: 800,
    },
  ],
  stories: ['another-story'],
  relations: [{ rel: 'under', id: 'truce' }],
} satisfies EventData;

/** The fields that each type has of its own: those that an event of the type must have, and those that it may have. */
export const typeSamples: Readonly<Record<string, Readonly<Record<'required' | 'optional', object>>>> = {
  'truce.signed': {
    required: { parties: [armenia, azerbaijan] },
    optional: {
      brokers: [russia],
      inForceFrom: '2020-11-10T00:00:00+03:00',
      districts: [lachin],
      terms: ['Three districts are handed over.'],
    },
  },
  'handover.scheduled': { required: { district: lachin, from: armenia, to: azerbaijan }, optional: {} },
  'handover.rescheduled': {
    required: { district: lachin, from: armenia, to: azerbaijan },
    optional: { previously: '2020-11-15', reason: 'The road is blocked by snow.' },
  },
  'district.ceded': { required: { district: lachin, from: armenia, to: azerbaijan }, optional: {} },
  'district.captured': { required: { district: lachin, by: azerbaijan }, optional: { from: armenia } },
  'resolution.passed': {
    required: { body: { name: 'French Senate' }, binding: false },
    optional: { callsFor: 'Recognition', votes: { for: 305, against: 1, abstained: 0 } },
  },
  'center.agreed': {
    required: { parties: [russia, { name: 'Turkey', iso3166: 'TR' }], purpose: 'To monitor the truce' },
    optional: { seat: lachin },
  },
  'peacekeepers.deployed': {
    required: { from: russia, quantity: { best: 1960, qualifier: 'exact', unit: 'soldiers' } },
    optional: { mandate: { duration: 'P5Y', renewableBy: 'P5Y', notice: 'P6M' } },
  },
  'displacement.reported': {
    required: { quantity: people },
    optional: {
      populationShare: { best: 60, qualifier: 'about', unit: 'percent' },
      reportedBy: russia,
      from: lachin,
      to: { name: 'Goris', iso3166_2: 'AM-SU' },
    },
  },
  'returns.reported': {
    required: { quantity: people },
    optional: {
      populationShare: { best: 60, qualifier: 'about', unit: 'percent' },
      reportedBy: russia,
      from: { name: 'Goris', iso3166_2: 'AM-SU' },
      to: lachin,
    },
  },
  'statement.made': {
    required: { speaker: { name: 'Olesya Vartanyan', role: 'analyst' } },
    optional: {
      onBehalfOf: { name: 'International Crisis Group' },
      quotation: 'ambiguous',
      about: 'The mandate',
    },
  },
  'talks.held': {
    required: { parties: [armenia, azerbaijan] },
    optional: { mediators: [russia], venue: { name: 'Geneva', iso3166: 'CH' }, outcome: 'None' },
  },
  'pledge.made': {
    required: { by: azerbaijan, pledge: 'To invest' },
    optional: { to: armenia, quantity: { best: 1, qualifier: 'moreThan', unit: 'dollars' } },
  },
  'hostilities.reported': {
    required: { parties: [armenia] },
    optional: { casualties: people, outcome: 'A stalemate' },
  },
  'agreement.signed': {
    required: { parties: [armenia, azerbaijan], purpose: 'To reopen the railway' },
    optional: {
      brokers: [russia],
      venue: { name: 'Geneva', iso3166: 'CH' },
      inForceFrom: '2021-01-01',
      terms: ['Both sides repair their part.'],
    },
  },
  'meeting.held': {
    required: { attendees: [armenia] },
    optional: { host: russia, venue: { name: 'Geneva', iso3166: 'CH' }, agenda: 'The railway', outcome: 'None' },
  },
  'election.held': {
    required: { contest: 'The parliament' },
    optional: {
      area: { name: 'Scotland', iso3166_2: 'GB-SCT' },
      results: [
        {
          choice: 'No',
          votes: { best: 2001926, qualifier: 'exact', unit: 'votes' },
          share: { best: 55.3, qualifier: 'exact', unit: 'percent' },
          seats: { best: 60, qualifier: 'exact', unit: 'seats' },
        },
        { choice: 'Yes' },
      ],
      winners: [{ name: 'Better Together' }],
      turnout: { best: 84.6, qualifier: 'exact', unit: 'percent' },
    },
  },
  'law.passed': {
    required: { body: { name: 'Scottish Parliament' }, law: 'Referendum Act' },
    optional: {
      lawNumber: '2013 asp 14',
      purpose: 'A referendum is held.',
      inForceFrom: '2013-12-18',
      votes: { for: 305, against: 1, abstained: 0 },
    },
  },
  'court.ruled': {
    required: { court: { name: 'Supreme Court' }, outcome: 'The appeal is dismissed.' },
    optional: { parties: [armenia, azerbaijan], caseName: 'Armenia v. Azerbaijan', caseNumber: '180' },
  },
  'appointment.made': {
    required: { person: { name: 'Jane Roe' }, office: 'Prime minister' },
    optional: {
      by: { name: 'Parliament' },
      predecessor: { name: 'John Doe' },
      inOfficeFrom: '2020-12-03',
      term: 'P5Y',
    },
  },
  'protest.held': {
    required: { cause: 'For a new election' },
    optional: {
      organizers: [{ name: 'Opposition' }],
      venue: { name: 'Yerevan', iso3166_2: 'AM-ER' },
      participants: people,
      arrests: people,
      casualties: people,
    },
  },
  'disaster.struck': {
    required: { disaster: 'earthquake' },
    optional: {
      disasterName: 'Spitak earthquake',
      magnitude: { best: 6.8, qualifier: 'exact', unit: 'Ms' },
      casualties: people,
      displaced: people,
      damage: { best: 1, qualifier: 'moreThan', unit: 'dollars' },
    },
  },
  'warning.issued': {
    required: { by: { name: 'Met Office' }, warning: 'Strong wind' },
    optional: { level: 'red', areas: [lachin], validUntil: '2020-12-03T12:00:00Z' },
  },
  'person.died': {
    required: { person: { name: 'Jane Roe' } },
    optional: { age: 87, cause: 'A long illness', at: lachin },
  },
  'deadline.set': {
    required: { deadline: 'The mandate of the peacekeepers ends.' },
    optional: { setBy: [russia], appliesTo: [armenia, azerbaijan] },
  },
  'question.open': {
    required: { question: 'What becomes of Karabakh?' },
    optional: { toBeAnsweredBy: [armenia, azerbaijan] },
  },
  'situation.described': { required: {}, optional: { describedBy: russia, quantity: people } },
  'development.reported': { required: {}, optional: { quantity: people } },
};

/** All the fields that each type has of its own. */
export const ownFields: Readonly<Record<string, Readonly<Record<string, unknown>>>> = Object.fromEntries(
  Object.entries(typeSamples).map(([type, { required, optional }]) => [type, { ...required, ...optional }]),
);

/** A valid event as it may be posted, with as little as possible. */
export const developmentWith = (data: object = {}, attributes: object = {}) => ({
  type: 'development.reported',
  subject: 'karabakh-2020',
  ...attributes,
  data: { ...requiredFields, ...data },
});
