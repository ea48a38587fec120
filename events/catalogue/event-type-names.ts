/**
 * The names of all types of event, in the order in which they are listed. Functions that need only the names do not
 * load the schemas (`index.ts`).
 */
export const eventTypeNames = [
  'truce.signed',
  'handover.scheduled',
  'handover.rescheduled',
  'district.ceded',
  'district.captured',
  'resolution.passed',
  'center.agreed',
  'peacekeepers.deployed',
  'displacement.reported',
  'returns.reported',
  'statement.made',
  'talks.held',
  'pledge.made',
  'hostilities.reported',
  'agreement.signed',
  'meeting.held',
  'election.held',
  'law.passed',
  'court.ruled',
  'appointment.made',
  'protest.held',
  'disaster.struck',
  'warning.issued',
  'person.died',
  'deadline.set',
  'question.open',
  'situation.described',
  'development.reported',
] as const;
