/** A guide of the folder `docs`. */
export interface Guide {
  /** The name of its file, without `.md`. */
  readonly name: string;
  readonly title: string;
}

/** The guides in the order in which readers need them. */
export const guides: readonly Guide[] = [
  { name: 'first-story', title: 'Your first story' },
  { name: 'writing-events', title: 'Writing events' },
  { name: 'importing', title: 'Importing a spreadsheet' },
  { name: 'desk-integrations', title: 'Sheets and content systems' },
  { name: 'reading-timelines', title: 'Reading timelines' },
  { name: 'date-ranges', title: 'Dates and ranges' },
  { name: 'pages', title: 'Pages' },
  { name: 'corrections', title: 'Corrections and history' },
  { name: 'taking-down', title: 'Taking down' },
  { name: 'changes', title: 'The changes feed' },
  { name: 'webhooks', title: 'Webhooks' },
  { name: 'client', title: 'Clients for TypeScript and Python' },
  { name: 'command-line', title: 'The command line' },
  { name: 'api', title: 'The API on one page' },
  { name: 'operating', title: 'Operating' },
  { name: 'costs', title: 'Costs' },
  { name: 'scale', title: 'Scale' },
  { name: 'architecture', title: 'Architecture' },
  { name: 'glossary', title: 'Glossary' },
];

/** The address of the page of a guide. */
export const guidePath = (name: string): string => `/docs/guides/${name}`;
