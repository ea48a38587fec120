import type { Format } from './format.ts';

/** The timeline as it is described in the contract; the entries are joined as they are stored. */
export const json: Format = {
  name: 'json',
  mediaType: 'application/json',
  render({ entries, range, asOf, nextCursor }) {
    const rest = JSON.stringify({ range, asOf, nextCursor });
    return `{"entries":[${entries.join(',')}],${rest.slice(1)}`;
  },
};
