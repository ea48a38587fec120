import { durationsIn, joinedBy, numbersIn } from './intl.ts';
import type { DateParts, Moment, NoDate, Words } from './words.ts';

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const qualifiers = { '~': 'about ', '?': 'perhaps ', '%': 'perhaps about ' } as const;

const plurals = new Intl.PluralRules('en');

const monthOf = ({ year, month }: { year: number; month: number }) => `${months[month - 1]} ${year}`;

function dateOf(date: DateParts): string {
  switch (date.form) {
    case 'day':
      return `${date.day} ${monthOf(date)}`;
    case 'month':
      return monthOf(date);
    case 'year':
      return String(date.year);
    case 'unknown-day':
      return `some day in ${date.month === null ? date.year : monthOf({ year: date.year, month: date.month })}`;
    case 'unknown-month':
      return `some month in ${date.year}`;
    case 'decade':
      return `the ${date.first}s`;
    case 'years':
      return `the years ${date.first} to ${date.last}`;
  }
}

function momentOf({ date, time, qualifier }: Moment): string {
  const about = qualifier === null ? '' : qualifiers[qualifier];
  return `${about}${dateOf(date)}${time === null ? '' : `, ${time.clock} ${time.zone}`}`;
}

/** Periods of which the event took a part only. */
const periods: ReadonlySet<string> = new Set(['month', 'year', 'decade', 'years']);

function at(moment: Moment): string {
  const { date, qualifier } = moment;
  if (!periods.has(date.form) || qualifier === '~' || qualifier === '%') return momentOf(moment);
  return `${qualifier === '?' ? 'perhaps ' : ''}some time in ${dateOf(date)}`;
}

const once = (kind: 'point' | 'span') => (kind === 'point' ? 'at some time ' : '');
const noEnd = { open: 'no end is set', unknown: 'the end is not known' } as const;
const noStart = { open: 'no start is set', unknown: 'the start is not known' } as const;

/** English. */
export const en: Words = {
  language: 'en',
  labelled: (label, value) => `${label}: ${value}`,
  joined: joinedBy('; '),
  listed: (values) => values.join('; '),
  dates: {
    moment: momentOf,
    at,
    throughout: (moment) => `all through ${momentOf(moment)}`,
    between: (start, end) => `at some time between ${momentOf(start)} and ${momentOf(end)}`,
    fromTo: (start, end) => `from ${momentOf(start)} to ${momentOf(end)}`,
    from: (start, kind, end: NoDate) => `${once(kind)}from ${momentOf(start)} on (${noEnd[end]})`,
    until: (end, kind, start: NoDate) => `${once(kind)}until ${momentOf(end)} (${noStart[start]})`,
  },
  figures: {
    number: numbersIn('en'),
    one: {
      exact: (figure) => `exactly ${figure}`,
      about: (figure) => `about ${figure}`,
      nearly: (figure) => `nearly ${figure}`,
      upTo: (figure) => `up to ${figure}`,
      moreThan: (figure) => `more than ${figure}`,
    },
    range: {
      exact: (low, high) => `from ${low} to ${high}`,
      about: (low, high) => `about ${low} to ${high}`,
      nearly: (low, high) => `from ${low} to nearly ${high}`,
      upTo: (low, high) => `at least ${low} and up to ${high}`,
      moreThan: (low, high) => `more than ${low} and at most ${high}`,
    },
    atLeast: {
      exact: (low) => `at least ${low}`,
      about: (low) => `at least about ${low}`,
      nearly: (low) => `nearly ${low} or more`,
      upTo: (low) => `at least ${low}`,
      moreThan: (low) => `more than ${low}`,
    },
    atMost: {
      exact: (high) => `at most ${high}`,
      about: (high) => `at most about ${high}`,
      nearly: (high) => `nearly ${high} at most`,
      upTo: (high) => `up to ${high}`,
      moreThan: (high) => `at most ${high}`,
    },
    counted: (figure, unit) => (unit.startsWith('%') ? `${figure}${unit}` : `${figure} ${unit}`),
    reportedBy: (name) => `reported by: ${name}`,
  },
  duration: durationsIn('en'),
  yes: 'yes',
  no: 'no',
  statuses: { planned: 'planned', reported: 'reported', confirmed: 'confirmed', disputed: 'disputed' },
  relations: { amends: 'amends', fulfils: 'fulfils', under: 'under', disputes: 'disputes' },
  types: {
    'truce.signed': 'truce signed',
    'handover.scheduled': 'handover scheduled',
    'handover.rescheduled': 'handover rescheduled',
    'district.ceded': 'district ceded',
    'district.captured': 'district captured',
    'resolution.passed': 'resolution passed',
    'center.agreed': 'joint center agreed',
    'peacekeepers.deployed': 'peacekeepers deployed',
    'displacement.reported': 'displacement',
    'returns.reported': 'returns',
    'statement.made': 'statement',
    'talks.held': 'talks',
    'pledge.made': 'pledge',
    'hostilities.reported': 'hostilities',
    'agreement.signed': 'agreement signed',
    'meeting.held': 'meeting',
    'election.held': 'election',
    'law.passed': 'law passed',
    'court.ruled': 'court ruling',
    'appointment.made': 'appointment',
    'protest.held': 'protest',
    'disaster.struck': 'disaster',
    'warning.issued': 'warning',
    'person.died': 'death',
    'deadline.set': 'deadline',
    'question.open': 'open question',
    'situation.described': 'situation',
    'development.reported': 'development',
  },
  fields: {
    type: 'event',
    when: 'when',
    status: 'status',
    actors: 'actors',
    places: 'places',
    stories: 'also part of',
    media: 'image',
    'media.alternativeText': '',
    'media.credit': 'credit',
    'media.licence': 'licence',
    'media.caption': 'caption',
    'media.width': null,
    'media.height': null,
    parties: 'parties',
    brokers: 'brokered by',
    mediators: 'mediators',
    inForceFrom: 'in force from',
    districts: 'districts',
    terms: 'terms',
    district: 'district',
    by: 'by',
    from: 'from',
    to: 'to',
    'district.captured/from': 'taken from',
    'district.ceded/from': 'ceded by',
    'district.ceded/to': 'ceded to',
    'handover.scheduled/from': 'to be handed over by',
    'handover.scheduled/to': 'to be handed over to',
    'handover.rescheduled/from': 'to be handed over by',
    'handover.rescheduled/to': 'to be handed over to',
    'pledge.made/to': 'promised to',
    'peacekeepers.deployed/from': 'sent by',
    'displacement.reported/from': 'fled from',
    'displacement.reported/to': 'fled to',
    'returns.reported/from': 'returned from',
    'returns.reported/to': 'returned to',
    'district.captured/by': 'taken by',
    'appointment.made/by': 'appointed by',
    previously: 'previously set for',
    reason: 'reason',
    body: 'passed by',
    binding: 'binding',
    callsFor: 'calls for',
    votes: 'votes',
    'votes.for': 'votes for',
    'votes.against': 'votes against',
    'votes.abstained': 'abstentions',
    purpose: 'purpose',
    seat: 'seat',
    quantity: 'figure',
    'peacekeepers.deployed/quantity': 'strength',
    'displacement.reported/quantity': 'displaced',
    'returns.reported/quantity': 'returned',
    'mandate.duration': 'mandate',
    'mandate.renewableBy': 'mandate renewable by',
    'mandate.notice': 'notice to end the mandate',
    populationShare: 'share of the population',
    reportedBy: 'reported by',
    speaker: 'speaker',
    onBehalfOf: 'on behalf of',
    quotation: 'quotation',
    about: 'about',
    venue: 'venue',
    outcome: 'outcome',
    pledge: 'pledge',
    casualties: 'casualties',
    person: 'person',
    office: 'office',
    predecessor: 'predecessor',
    inOfficeFrom: 'in office from',
    term: 'term of office',
    court: 'court',
    caseName: 'case',
    caseNumber: 'case number',
    deadline: 'deadline',
    setBy: 'set by',
    appliesTo: 'applies to',
    disaster: 'kind of disaster',
    disasterName: 'name',
    magnitude: 'magnitude',
    displaced: 'displaced',
    damage: 'damage',
    contest: 'contest',
    area: 'area',
    results: 'results',
    'results.choice': '',
    'results.votes': 'votes',
    'results.share': 'share',
    'results.seats': 'seats',
    winners: 'won by',
    turnout: 'turnout',
    law: 'law',
    lawNumber: 'number of the law',
    attendees: 'attended by',
    host: 'host',
    agenda: 'agenda',
    age: 'age',
    cause: 'cause',
    'person.died/at': 'place of death',
    'protest.held/cause': 'demand',
    organizers: 'organizers',
    participants: 'participants',
    arrests: 'arrests',
    question: 'question',
    toBeAnsweredBy: 'to be answered by',
    describedBy: 'described by',
    warning: 'warning',
    level: 'level',
    areas: 'areas',
    validUntil: 'valid until',
  },
  choices: {},
  correctedOn: (date) => `Corrected on ${date}`,
  source: (count) => (plurals.select(count) === 'one' ? 'Source' : 'Sources'),
  requestedRange: 'Dates asked for',
  possiblyOutside: 'it may have happened outside of them',
  removals: {
    retracted: { title: 'Retracted', note: 'This event was retracted.' },
    unlisted: { title: 'No longer in this timeline', note: 'This event is no longer in this timeline.' },
    redacted: { title: 'Taken down', note: 'The content of this event was taken down.' },
  },
  cut: {
    name: (title, entries) => `${title} (only ${entries} entries)`,
    title: 'The timeline goes on',
    note: (entries) => `Only ${entries} entries are shown here.`,
    link: 'The next entries',
  },
  timeline: 'Timeline',
  permanentLink: 'Permanent link',
  noEvents: 'No events',
  nothingMatches: 'Nothing in the record matches.',
  asOf: (date) => `As of ${date}`,
};
