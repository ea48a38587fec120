import { parseEdtf } from '../../events/dates/edtf.ts';
import { EdtfError } from '../../events/dates/edtf-error.ts';
import { utc } from '../../events/dates/zone.ts';
import type { Entry } from '../api/timeline-api.ts';

/** An id that is no public id: those of another system mean nothing there. */
const clientId = (id: string) => id.replace(/^evt_/, '');

/** Whether a date is accepted only if it is said to be historical. */
function isHistorical(edtf: string): boolean {
  try {
    parseEdtf(edtf);
    return false;
  } catch (error) {
    if (error instanceof EdtfError) return true;
    throw error;
  }
}

/**
 * The date as a newsroom sends it. An entry has the zone UTC also if its event names none; with a zone, a time with an
 * offset would be of another day.
 */
const whenOf = ({ edtf, tz, kind }: Entry['when']) => ({
  edtf,
  ...(tz !== utc && { tz }),
  ...(kind !== (edtf.includes('/') ? 'span' : 'point') && { kind }),
  ...(isHistorical(edtf) && { historical: true }),
});

/**
 * An entry as an event that another system accepts. Its id is made of its public id, so that an import can be repeated;
 * relations lead to the other events of the same export. Stories that have taken it out of their timelines do not get
 * it back.
 *
 * @returns null if all of its stories have taken it out: there is none that it could be sent to
 */
export function exportedEvent({ id, type, story, unlisted = [], when, related = [], data }: Entry): object | null {
  const { relations, stories = [], ...rest } = data;
  const [subject, ...others] = [story, ...stories].filter((slug) => !unlisted.includes(slug));
  if (subject === undefined) return null;
  return {
    id: clientId(id),
    type,
    subject,
    data: {
      when: whenOf(when),
      ...rest,
      ...(others.length > 0 && { stories: others }),
      ...(relations && { relations: related.map(({ rel, id: other }) => ({ rel, id: clientId(other) })) }),
    },
  };
}
