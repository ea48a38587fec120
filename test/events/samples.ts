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
  status: 'disputed',
  actors: [{ name: 'Minsk Group', role: 'forum', qid: 'Q1' }],
  places: [{ name: 'Petrishki', iso3166: 'BY', geometry: { type: 'Point', coordinates: [26.55, 54.07] } }],
  topics: ['medtop:20000056'],
  sources: [
    { url: 'http://example.org/a?b#c', publisher: 'AFP', title: 'A title', publishedAt: '2020-12-02T10:00:00+04:00' },
  ],
  stories: ['another-story'],
  relations: [{ rel: 'under', id: 'truce' }],
} satisfies EventData;

/** All the fields that each type has of its own. */
export const ownFields: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'truce.signed': {
    parties: [armenia, azerbaijan],
    brokers: [russia],
    inForceFrom: '2020-11-10T00:00:00+03:00',
    districts: [lachin],
    terms: ['Three districts are handed over.'],
  },
  'handover.scheduled': { district: lachin, from: armenia, to: azerbaijan },
  'handover.rescheduled': {
    district: lachin,
    from: armenia,
    to: azerbaijan,
    previously: '2020-11-15',
    reason: 'The road is blocked by snow.',
  },
  'district.ceded': { district: lachin, from: armenia, to: azerbaijan },
  'district.captured': { district: lachin, by: azerbaijan, from: armenia },
  'resolution.passed': {
    body: { name: 'French Senate' },
    binding: false,
    callsFor: 'Recognition',
    votes: { for: 305, against: 1, abstained: 0 },
  },
  'center.agreed': {
    parties: [russia, { name: 'Turkey', iso3166: 'TR' }],
    purpose: 'To monitor the truce',
    seat: lachin,
  },
  'peacekeepers.deployed': {
    from: russia,
    quantity: { best: 1960, qualifier: 'exact', unit: 'soldiers' },
    mandate: { duration: 'P5Y', renewableBy: 'P5Y', notice: 'P6M' },
  },
  'displacement.reported': {
    quantity: people,
    populationShare: { best: 60, qualifier: 'about', unit: 'percent' },
    reportedBy: russia,
    from: lachin,
    to: { name: 'Goris', iso3166_2: 'AM-SU' },
  },
  'returns.reported': {
    quantity: people,
    populationShare: { best: 60, qualifier: 'about', unit: 'percent' },
    reportedBy: russia,
    from: { name: 'Goris', iso3166_2: 'AM-SU' },
    to: lachin,
  },
  'statement.made': {
    speaker: { name: 'Olesya Vartanyan', role: 'analyst' },
    onBehalfOf: { name: 'International Crisis Group' },
    quotation: 'ambiguous',
    about: 'The mandate',
  },
  'talks.held': {
    parties: [armenia, azerbaijan],
    mediators: [russia],
    venue: { name: 'Geneva', iso3166: 'CH' },
    outcome: 'None',
  },
  'pledge.made': {
    by: azerbaijan,
    to: armenia,
    pledge: 'To invest',
    quantity: { best: 1, qualifier: 'moreThan', unit: 'dollars' },
  },
  'hostilities.reported': { parties: [armenia], casualties: people, outcome: 'A stalemate' },
  'development.reported': { quantity: people },
};

/** A valid event as it may be posted, with as little as possible. */
export const developmentWith = (data: object = {}, attributes: object = {}) => ({
  type: 'development.reported',
  subject: 'karabakh-2020',
  ...attributes,
  data: { ...requiredFields, ...data },
});
