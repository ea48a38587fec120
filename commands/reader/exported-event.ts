import type { Entry } from '../api/timeline-api.ts';

/** An id that is no public id: those of another system mean nothing there. */
const clientId = (id: string) => id.replace(/^evt_/, '');

/**
 * An entry as an event that another system accepts. Its id is made of its public id, so that an import can be repeated; relations lead to
 * the other events of the same export.
 */
export function exportedEvent({ id, type, story, when, related = [], data }: Entry): object {
  const { relations, ...rest } = data;
  return {
    id: clientId(id),
    type,
    subject: story,
    data: {
      when: { edtf: when.edtf, tz: when.tz },
      ...rest,
      ...(relations && { relations: related.map(({ rel, id: other }) => ({ rel, id: clientId(other) })) }),
    },
  };
}
