import { type DatePart, toFillIn } from './mapping.ts';
import type { Delimiter } from './read-table.ts';
import type { Table } from './table.ts';

type Target = string | { to: string; type?: string; part?: DatePart; each?: string };

/** A mapping as it is written to a file, with values to fill in. */
export interface ProposedMapping {
  readonly delimiter?: Delimiter;
  readonly id?: string;
  readonly skip?: Record<string, string[]>;
  readonly columns: Record<string, Target | null>;
  readonly defaults: Record<string, string>;
}

const date = (part?: DatePart): Target => ({ to: '/data/when/edtf', type: 'date', ...(part && { part }) });
const names = (to: string): Target => ({ to, type: 'list', each: 'name' });

/** Names of columns in English and French, without capitals and marks, and where their cells go. */
const targets: readonly (readonly [names: readonly string[], target: Target])[] = [
  [['date', 'when', 'start date', 'start', 'date de debut', 'debut', 'quand'], date()],
  [['end date', 'end', 'date de fin', 'fin'], date('end')],
  [['year', 'annee'], date('year')],
  [['month', 'mois'], date('month')],
  [['day', 'jour'], date('day')],
  [['time', 'heure'], date('time')],
  [['end year', 'annee de fin'], date('endYear')],
  [['end month', 'mois de fin'], date('endMonth')],
  [['end day', 'jour de fin'], date('endDay')],
  [['end time', 'heure de fin'], date('endTime')],
  [['timezone', 'time zone', 'tz', 'fuseau', 'fuseau horaire'], '/data/when/tz'],
  [['headline', 'title', 'titre', 'event', 'evenement'], '/data/headline'],
  [['text', 'texte', 'summary', 'description', 'details', 'resume'], '/data/summary'],
  [['status', 'statut'], '/data/status'],
  [['type'], '/type'],
  [['story', 'subject', 'slug', 'dossier', 'sujet'], '/subject'],
  [
    ['url', 'link', 'lien', 'source url', 'source link', 'lien source', 'url source', 'url de la source'],
    '/data/sources/0/url',
  ],
  [['source', 'publisher', 'editeur', 'agence', 'agency'], '/data/sources/0/publisher'],
  [['language', 'langue', 'lang'], '/data/language'],
  [['place', 'places', 'location', 'lieu', 'lieux'], names('/data/places')],
  [['actor', 'actors', 'people', 'acteur', 'acteurs', 'personnes'], names('/data/actors')],
  [['topics', 'iptc'], { to: '/data/topics', type: 'list' }],
  [['media', 'image', 'photo'], '/data/media/0/url'],
  [['media credit', 'credit', 'image credit'], '/data/media/0/credit'],
  [['media caption', 'caption', 'legende'], '/data/media/0/caption'],
  [['media alt text', 'alt text', 'alt', 'texte alternatif'], '/data/media/0/alternativeText'],
  [['media licence', 'licence', 'license'], '/data/media/0/licence'],
];

const idNames = ['id', 'event id', 'unique id', 'ref', 'reference', 'identifiant', 'no', 'nr'];

/**
 * Columns that only timelines of TimelineJS have together. In them, `Type` says what a row is: a title, an era, or an
 * event.
 */
const timelineJsColumns = ['year', 'headline', 'text', 'media'];

const normalized = (name: string) =>
  name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[\s_.-]+/g, ' ')
    .trim();

const placeOf = (target: Target) => (typeof target === 'string' ? target : `${target.to} ${target.part ?? ''}`);
const pointerOf = (target: Target) => (typeof target === 'string' ? target : target.to);

const alwaysNeeded: Readonly<Record<string, string>> = {
  '/type': 'development.reported',
  '/subject': `${toFillIn}: the slug of the story, such as karabakh-2020`,
  '/data/status': 'reported',
  '/data/sources/0/url': `${toFillIn}: the address of the report, such as https://example.org/report`,
  '/data/sources/0/publisher': `${toFillIn}: the publisher of the report, such as AFP`,
};

const neededOfImages: Readonly<Record<string, string>> = {
  '/data/media/0/alternativeText': `${toFillIn}: what the images show; better, add a column for it`,
  '/data/media/0/credit': `${toFillIn}: the credit line of the images`,
  '/data/media/0/licence': `${toFillIn}: the licence of the images, such as CC BY-SA 4.0`,
};

/** Whether the cells of a column are addresses, by the first that is not empty. */
function hasAddresses({ header, rows }: Table, name: string): boolean {
  const index = header.indexOf(name);
  const first = rows.find(({ cells }) => cells[index]?.trim())?.cells[index] ?? '';
  return /^\s*https?:\/\//i.test(first);
}

function targetOf(table: Table, name: string, isTimelineJs: boolean): Target | null {
  const plain = normalized(name);
  if (isTimelineJs && plain === 'type') return null;
  if (plain === 'source' && hasAddresses(table, name)) return '/data/sources/0/url';
  const target = targets.find(([known]) => known.includes(plain))?.[1] ?? null;
  // TimelineJS shows these cells as HTML.
  return isTimelineJs && (target === '/data/headline' || target === '/data/summary')
    ? { to: target, type: 'html' }
    : target;
}

/**
 * Proposes a mapping by the names of the columns. Columns that it does not know are left out (null). What no column
 * has, and nobody can guess, is to be filled in.
 */
export function proposeMapping(table: Table, delimiter?: Delimiter): ProposedMapping {
  const plainNames = table.header.map(normalized);
  const isTimelineJs = timelineJsColumns.every((name) => plainNames.includes(name));
  const columns = new Map<string, Target | null>();
  const taken = new Set<string>();
  for (const name of table.header) {
    const target = targetOf(table, name, isTimelineJs);
    const isTaken = target !== null && taken.has(placeOf(target));
    columns.set(name, isTaken ? null : target);
    if (target !== null) taken.add(placeOf(target));
  }
  const mapped = new Set([...columns.values()].filter((target) => target !== null).map(pointerOf));
  const needed = { ...alwaysNeeded, ...(mapped.has('/data/media/0/url') && neededOfImages) };
  const type = table.header.find((name) => normalized(name) === 'type');
  const id = table.header.find((name) => idNames.includes(normalized(name)));
  return {
    ...(delimiter !== undefined && delimiter !== ',' && { delimiter }),
    ...(id !== undefined && { id }),
    ...(isTimelineJs && type !== undefined && { skip: { [type]: ['title', 'era'] } }),
    columns: Object.fromEntries(columns),
    defaults: Object.fromEntries(Object.entries(needed).filter(([pointer]) => !mapped.has(pointer))),
  };
}
