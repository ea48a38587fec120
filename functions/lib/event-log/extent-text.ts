import type { Extent } from '../../../events/dates/extent.ts';

/** An extent as short text: it stands in every feed entry and marker. */
function textOf({ earliest, latest, civilEarliest, civilLatest, kind, precision, known }: Extent): string {
  return JSON.stringify([earliest, latest, civilEarliest, civilLatest, kind, precision, ...(known ? [known] : [])]);
}

function extentOfText(text: string): Extent {
  const [earliest, latest, civilEarliest, civilLatest, kind, precision, known] = JSON.parse(text);
  return { earliest, latest, civilEarliest, civilLatest, kind, precision, ...(known && { known }) };
}

/** The attributes of an item, its extent as text. */
export function withExtentText<Fields extends { extent?: Extent }>({ extent, ...fields }: Fields) {
  return { ...fields, ...(extent && { extent: textOf(extent) }) };
}

/** What such an item says, its extent as it was. */
export function withExtent({ extent, ...fields }: Record<string, unknown>): Record<string, unknown> {
  return { ...fields, ...(typeof extent === 'string' && { extent: extentOfText(extent) }) };
}
