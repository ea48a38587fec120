import { durationsIn, joinedBy, numbersIn } from './intl.ts';
import type { DateParts, Moment, NoDate, Words } from './words.ts';

const months = [
  'janvier',
  'février',
  'mars',
  'avril',
  'mai',
  'juin',
  'juillet',
  'août',
  'septembre',
  'octobre',
  'novembre',
  'décembre',
];

/** A no-break space, which French puts before a colon, a semicolon and a percent sign. */
const space = '\u00a0';

const plurals = new Intl.PluralRules('fr');

const elided = (text: string) => (/^[aeiouhéâ]/.test(text) ? `d’${text}` : `de ${text}`);
const dayOf = (day: number) => (day === 1 ? '1er' : String(day));
const monthOf = ({ year, month }: { year: number; month: number }) => `${months[month - 1]} ${year}`;

/** A date without an article, and the forms that it has behind prepositions. */
function dateOf(date: DateParts) {
  switch (date.form) {
    case 'day': {
      const day = `${dayOf(date.day)} ${monthOf(date)}`;
      return {
        alone: day,
        on: `le ${day}`,
        around: `vers le ${day}`,
        from: `du ${day}`,
        to: `au ${day}`,
        the: `le ${day}`,
      };
    }
    case 'month': {
      const month = monthOf(date);
      return {
        alone: month,
        on: `en ${month}`,
        around: `vers ${month}`,
        from: elided(month),
        to: `à ${month}`,
        the: month,
      };
    }
    case 'year': {
      const year = String(date.year);
      return { alone: year, on: `en ${year}`, around: `vers ${year}`, from: `de ${year}`, to: `à ${year}`, the: year };
    }
    case 'unknown-day': {
      const whole = date.month === null ? `de ${date.year}` : elided(monthOf({ year: date.year, month: date.month }));
      const day = `un jour ${whole}`;
      return { alone: day, on: day, around: `vers ${day}`, from: `d’${day}`, to: `à ${day}`, the: day };
    }
    case 'unknown-month': {
      const month = `un mois de ${date.year}`;
      return { alone: month, on: month, around: `vers ${month}`, from: `d’${month}`, to: `à ${month}`, the: month };
    }
    case 'decade':
    case 'years': {
      const years = date.form === 'decade' ? `années ${date.first}` : `années ${date.first} à ${date.last}`;
      return {
        alone: years,
        on: `dans les ${years}`,
        around: `vers les ${years}`,
        from: `des ${years}`,
        to: `aux ${years}`,
        the: `les ${years}`,
      };
    }
  }
}

const clockOf = ({ time }: Moment) => (time === null ? '' : ` à ${time.clock} ${time.zone}`);

/** How sure a date is, behind it: there a preposition does not go with what comes before a date. */
const remarks = { '~': ' (date approximative)', '?': ' (date incertaine)', '%': ' (date approximative et incertaine)' };

const remarkOf = ({ qualifier }: Moment) => (qualifier === null ? '' : remarks[qualifier]);

function momentOf(moment: Moment): string {
  const { alone, on, around } = dateOf(moment.date);
  const clock = clockOf(moment);
  switch (moment.qualifier) {
    case null:
      return `${moment.date.form === 'decade' || moment.date.form === 'years' ? on : alone}${clock}`;
    case '~':
      return `${around}${clock}`;
    case '?':
      return `peut-être ${on}${clock}`;
    case '%':
      return `peut-être ${around}${clock}`;
  }
}

function at(moment: Moment): string {
  const { form } = moment.date;
  const isPeriod = form === 'month' || form === 'year';
  return isPeriod && moment.qualifier === null ? `courant ${dateOf(moment.date).alone}` : momentOf(moment);
}

const from = (moment: Moment) => `${dateOf(moment.date).from}${clockOf(moment)}${remarkOf(moment)}`;
const to = (moment: Moment) => `${dateOf(moment.date).to}${clockOf(moment)}${remarkOf(moment)}`;
const the = (moment: Moment) => `${dateOf(moment.date).the}${clockOf(moment)}${remarkOf(moment)}`;

function throughout(moment: Moment): string {
  const { date } = moment;
  const remark = remarkOf(moment);
  const { alone, the: named } = dateOf(date);
  switch (date.form) {
    case 'day':
      // With a time it is a minute or a second, and not the day.
      return moment.time === null ? `toute la journée du ${alone}${remark}` : `${alone}${clockOf(moment)}${remark}`;
    case 'month':
      return `tout le mois ${elided(alone)}${remark}`;
    case 'year':
      return `toute l’année ${alone}${remark}`;
    default:
      return `pendant ${named}${remark}`;
  }
}

const once = (kind: 'point' | 'span') => (kind === 'point' ? 'à un moment, ' : '');
const noEnd = { open: 'sans fin fixée', unknown: 'fin inconnue' } as const;
const noStart = { open: 'sans début fixé', unknown: 'début inconnu' } as const;

/** French. */
export const fr: Words = {
  language: 'fr',
  labelled: (label, value) => `${label}${space}: ${value}`,
  joined: joinedBy(`${space}; `),
  listed: (values) => values.join(`${space}; `),
  dates: {
    moment: momentOf,
    at,
    throughout,
    between: (start, end) => `à un moment entre ${the(start)} et ${the(end)}`,
    fromTo: (start, end) => `${from(start)} ${to(end)}`,
    from: (start, kind, end: NoDate) => `${once(kind)}à partir ${from(start)} (${noEnd[end]})`,
    until: (end, kind, start: NoDate) => `${once(kind)}jusqu’${to(end)} (${noStart[start]})`,
  },
  figures: {
    number: numbersIn('fr'),
    one: {
      exact: (figure) => `exactement ${figure}`,
      about: (figure) => `environ ${figure}`,
      nearly: (figure) => `près de ${figure}`,
      upTo: (figure) => `jusqu’à ${figure}`,
      moreThan: (figure) => `plus de ${figure}`,
    },
    range: {
      exact: (low, high) => `de ${low} à ${high}`,
      about: (low, high) => `environ ${low} à ${high}`,
      nearly: (low, high) => `de ${low} à près de ${high}`,
      upTo: (low, high) => `au moins ${low} et jusqu’à ${high}`,
      moreThan: (low, high) => `plus de ${low} et au plus ${high}`,
    },
    atLeast: {
      exact: (low) => `au moins ${low}`,
      about: (low) => `au moins ${low} environ`,
      nearly: (low) => `près de ${low} ou plus`,
      upTo: (low) => `au moins ${low}`,
      moreThan: (low) => `plus de ${low}`,
    },
    atMost: {
      exact: (high) => `au plus ${high}`,
      about: (high) => `au plus ${high} environ`,
      nearly: (high) => `près de ${high} au plus`,
      upTo: (high) => `jusqu’à ${high}`,
      moreThan: (high) => `au plus ${high}`,
    },
    counted: (figure, unit) => `${figure}${unit.startsWith('%') ? space : ' '}${unit}`,
    reportedBy: (name) => `source${space}: ${name}`,
  },
  duration: durationsIn('fr'),
  yes: 'oui',
  no: 'non',
  statuses: { planned: 'prévu', reported: 'rapporté', confirmed: 'confirmé', disputed: 'contesté' },
  relations: { amends: 'modifie', fulfils: 'met en œuvre', under: 'dans le cadre de', disputes: 'conteste' },
  types: {
    'truce.signed': 'signature d’une trêve',
    'handover.scheduled': 'transfert programmé',
    'handover.rescheduled': 'transfert reprogrammé',
    'district.ceded': 'district cédé',
    'district.captured': 'district pris',
    'resolution.passed': 'résolution adoptée',
    'center.agreed': 'accord sur un centre commun',
    'peacekeepers.deployed': 'déploiement de soldats de la paix',
    'displacement.reported': 'déplacement de population',
    'returns.reported': 'retours',
    'statement.made': 'déclaration',
    'talks.held': 'pourparlers',
    'pledge.made': 'promesse',
    'hostilities.reported': 'hostilités',
    'agreement.signed': 'signature d’un accord',
    'meeting.held': 'réunion',
    'election.held': 'scrutin',
    'law.passed': 'loi adoptée',
    'court.ruled': 'décision de justice',
    'appointment.made': 'nomination',
    'protest.held': 'manifestation',
    'disaster.struck': 'catastrophe',
    'warning.issued': 'alerte',
    'person.died': 'décès',
    'deadline.set': 'échéance',
    'question.open': 'question ouverte',
    'situation.described': 'situation',
    'development.reported': 'fait nouveau',
  },
  fields: {
    type: 'événement',
    when: 'date',
    status: 'statut',
    actors: 'acteurs',
    places: 'lieux',
    stories: 'fait aussi partie de',
    media: 'image',
    'media.alternativeText': '',
    'media.credit': 'crédit',
    'media.licence': 'licence',
    'media.caption': 'légende',
    'media.width': null,
    'media.height': null,
    parties: 'parties',
    brokers: 'sous l’égide de',
    mediators: 'médiateurs',
    inForceFrom: 'en vigueur à partir de',
    districts: 'districts',
    terms: 'termes',
    district: 'district',
    by: 'auteur',
    from: 'provenance',
    to: 'destination',
    'district.captured/from': 'pris à',
    'district.ceded/from': 'cédé par',
    'district.ceded/to': 'cédé à',
    'handover.scheduled/from': 'à céder par',
    'handover.scheduled/to': 'à céder à',
    'handover.rescheduled/from': 'à céder par',
    'handover.rescheduled/to': 'à céder à',
    'pledge.made/to': 'promis à',
    'district.captured/by': 'pris par',
    'appointment.made/by': 'nomination par',
    previously: 'date précédente',
    reason: 'motif',
    body: 'adoptée par',
    binding: 'contraignante',
    callsFor: 'demande',
    votes: 'votes',
    'votes.for': 'voix pour',
    'votes.against': 'voix contre',
    'votes.abstained': 'abstentions',
    purpose: 'objet',
    seat: 'siège',
    quantity: 'chiffre',
    'peacekeepers.deployed/quantity': 'effectif',
    'peacekeepers.deployed/from': 'envoyés par',
    'displacement.reported/quantity': 'déplacés',
    'returns.reported/quantity': 'rentrés',
    'mandate.duration': 'durée du mandat',
    'mandate.renewableBy': 'mandat renouvelable pour',
    'mandate.notice': 'préavis pour y mettre fin',
    populationShare: 'part de la population',
    reportedBy: 'selon',
    speaker: 'auteur de la déclaration',
    onBehalfOf: 'au nom de',
    quotation: 'citation',
    about: 'sujet',
    venue: 'lieu de rencontre',
    'protest.held/venue': 'lieu du rassemblement',
    'agreement.signed/venue': 'lieu de signature',
    outcome: 'résultat',
    'court.ruled/outcome': 'décision',
    pledge: 'promesse',
    casualties: 'victimes',
    person: 'personne',
    office: 'fonction',
    predecessor: 'prédécesseur',
    inOfficeFrom: 'en fonction à partir de',
    term: 'durée du mandat',
    court: 'juridiction',
    caseName: 'affaire',
    caseNumber: 'numéro de l’affaire',
    deadline: 'échéance',
    setBy: 'fixée par',
    appliesTo: 's’applique à',
    disaster: 'type de catastrophe',
    disasterName: 'nom',
    magnitude: 'magnitude',
    displaced: 'déplacés',
    damage: 'dégâts',
    contest: 'objet du scrutin',
    area: 'circonscription',
    results: 'résultats',
    'results.choice': '',
    'results.votes': 'voix',
    'results.share': 'part',
    'results.seats': 'sièges',
    winners: 'remporté par',
    turnout: 'participation',
    law: 'loi',
    lawNumber: 'numéro de la loi',
    attendees: 'participants',
    host: 'hôte',
    agenda: 'ordre du jour',
    age: 'âge',
    cause: 'cause',
    'person.died/at': 'lieu du décès',
    'protest.held/cause': 'revendication',
    organizers: 'organisateurs',
    participants: 'participants',
    arrests: 'arrestations',
    question: 'question',
    toBeAnsweredBy: 'réponse attendue de',
    describedBy: 'décrite par',
    warning: 'alerte',
    level: 'niveau',
    areas: 'zones',
    validUntil: 'valable jusqu’à',
  },
  choices: {},
  correctedOn: (date) => `Corrigé le ${date}`,
  source: (count) => (plurals.select(count) === 'one' ? 'Source' : 'Sources'),
  requestedRange: 'Dates demandées',
  possiblyOutside: 'l’événement a pu se produire en dehors',
  removals: {
    retracted: { title: 'Événement retiré', note: 'Cet événement a été retiré par la rédaction.' },
    unlisted: {
      title: 'Ne figure plus dans cette chronologie',
      note: 'Cet événement ne figure plus dans cette chronologie.',
    },
    redacted: { title: 'Contenu retiré', note: 'Le contenu de cet événement a été retiré.' },
  },
  cut: {
    name: (title, entries) => `${title} (${entries} entrées seulement)`,
    title: 'La chronologie continue',
    note: (entries) => `Seules ${entries} entrées figurent ici.`,
    link: 'Les entrées suivantes',
  },
  timeline: 'Chronologie',
  permanentLink: 'Lien permanent',
  noEvents: 'Aucun événement',
  nothingMatches: 'Rien ne correspond dans les archives.',
  asOf: (date) => `Au ${date}`,
};
