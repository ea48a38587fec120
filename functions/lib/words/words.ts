/** A date as far as it is known, whatever the language. */
export type DateParts =
  | { readonly form: 'day'; readonly year: number; readonly month: number; readonly day: number }
  | { readonly form: 'month'; readonly year: number; readonly month: number }
  | { readonly form: 'year'; readonly year: number }
  /** A day that is not known, of a month or of a year. */
  | { readonly form: 'unknown-day'; readonly year: number; readonly month: number | null }
  | { readonly form: 'unknown-month'; readonly year: number }
  | { readonly form: 'decade'; readonly first: number }
  | { readonly form: 'years'; readonly first: number; readonly last: number };

/** A date, its time if it is known, and how sure it is: by the qualifiers of EDTF. */
export interface Moment {
  readonly date: DateParts;
  readonly time: { readonly clock: string; readonly zone: string } | null;
  readonly qualifier: '~' | '?' | '%' | null;
}

/** Why an interval has no date on one side. */
export type NoDate = 'open' | 'unknown';

/** The dates of events in one language, as they follow a colon. */
export interface DateWords {
  /** When something else than the event happened, such as a correction. */
  readonly moment: (moment: Moment) => string;
  /** It happened once, at some time of the date. */
  readonly at: (moment: Moment) => string;
  /** It went on all through the date. */
  readonly throughout: (moment: Moment) => string;
  /** It happened once. */
  readonly between: (start: Moment, end: Moment) => string;
  /** It went on. */
  readonly fromTo: (start: Moment, end: Moment) => string;
  readonly from: (start: Moment, kind: 'point' | 'span', end: NoDate) => string;
  readonly until: (end: Moment, kind: 'point' | 'span', start: NoDate) => string;
}

/** How exact a figure is, by the catalogue of event types. */
export type Qualifier = 'exact' | 'about' | 'nearly' | 'upTo' | 'moreThan';

/** Figures in one language. Numbers are written by `number` already. */
export interface FigureWords {
  readonly number: (value: number) => string;
  /** A single figure. */
  readonly one: Readonly<Record<Qualifier, (figure: string) => string>>;
  /** Only a lowest and a highest figure are known. */
  readonly range: Readonly<Record<Qualifier, (low: string, high: string) => string>>;
  /** Only a lowest figure is known. */
  readonly atLeast: Readonly<Record<Qualifier, (low: string) => string>>;
  /** Only a highest figure is known. */
  readonly atMost: Readonly<Record<Qualifier, (high: string) => string>>;
  /** A unit of the newsroom behind a figure. */
  readonly counted: (figure: string, unit: string) => string;
  /** A remark on who reported a figure. */
  readonly reportedBy: (name: string) => string;
}

/** Units of durations. */
export type DurationUnit = 'year' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second';

/** A length of time in one unit. */
export interface Length {
  readonly unit: DurationUnit;
  readonly value: number;
}

/** All words that an answer shows, in one language. The catalogues are the only places with texts of their own. */
export interface Words {
  /** BCP 47. */
  readonly language: string;
  /** A label in front of its value. */
  readonly labelled: (label: string, value: string) => string;
  /** Several values in a line: behind commas, or behind semicolons if they have commas themselves. */
  readonly joined: (values: readonly string[]) => string;
  /** Several values in a line, behind semicolons. */
  readonly listed: (values: readonly string[]) => string;
  readonly dates: DateWords;
  readonly figures: FigureWords;
  /** Lengths of time that are added up, the longest unit first. */
  readonly duration: (lengths: readonly Length[]) => string;
  readonly yes: string;
  readonly no: string;
  readonly statuses: Readonly<Record<'planned' | 'reported' | 'confirmed' | 'disputed', string>>;
  /** The label of an event that this one relates to, by `rel`. */
  readonly relations: Readonly<Record<'amends' | 'fulfils' | 'under' | 'disputes', string>>;
  /** The types of events, by their names. */
  readonly types: Readonly<Record<string, string>>;
  /**
   * The labels of fields, in the form that they have within a sentence: by `<type>/<path>`, else by the path, else by
   * the name. An empty label leads the others: its value comes first, and the others follow in brackets. A field with
   * null is for programs only.
   */
  readonly fields: Readonly<Record<string, string | null>>;
  /** Values of fields that take one of several, by `<field>.<value>`. */
  readonly choices: Readonly<Record<string, string>>;
  readonly correctedOn: (date: string) => string;
  readonly source: (count: number) => string;
  /**
   * The label of the range that the reader asked for, and what is said of an event that may have happened outside of
   * it.
   */
  readonly requestedRange: string;
  readonly possiblyOutside: string;
  /** What is shown of an event that has left a timeline: instead of its headline, and of a note if there is none. */
  readonly removals: Readonly<
    Record<'retracted' | 'unlisted' | 'redacted', { readonly title: string; readonly note: string }>
  >;
  /**
   * What a document says that was to be whole and is not: in its name, and at its end. Numbers are written by `number`
   * already.
   */
  readonly cut: {
    readonly name: (title: string, entries: string) => string;
    readonly title: string;
    readonly note: (entries: string) => string;
    readonly link: string;
  };
  /** The title of a timeline of no story. */
  readonly timeline: string;
  readonly permanentLink: string;
  readonly noEvents: string;
  readonly nothingMatches: string;
  readonly asOf: (date: string) => string;
}
