/** The groups of routes, in the order in which the documentation shows them. Each has a page. */
export const groups = [
  { name: 'Timelines', description: 'The events in a range of dates.' },
  { name: 'Events', description: 'One event: as it is now, as it was, and each change.' },
  { name: 'Stories', description: 'The running stories that events belong to.' },
  { name: 'Record', description: 'Every change in the order of the record, and the log of corrections.' },
  {
    name: 'Writing',
    description: 'Recording, correcting, retracting and taking down events, and describing stories. Needs a key.',
  },
  {
    name: 'Webhook endpoints',
    description: 'The URLs that receive a message about each event that matches their filter. Needs a key.',
  },
  {
    name: 'Deliveries',
    description: 'What was sent to an endpoint, whether it was acknowledged, and sending it again. Needs a key.',
  },
  { name: 'Webhooks', description: 'The messages that an endpoint receives.' },
  { name: 'Pages', description: 'The timelines as pages for readers.' },
  { name: 'Documentation', description: 'The description of this API.' },
] as const;

export type GroupName = (typeof groups)[number]['name'];

/**
 * The address of the page of a group.
 *
 * @example '/docs/webhook-endpoints'
 */
export const groupPath = (name: string): string => `/docs/${name.toLowerCase().replaceAll(' ', '-')}`;
