import { busyTable, idleTable, idleUsd, type StageTemplates, storageTable } from '../infra/costs/cost-tables.ts';
import { pricedAt } from '../infra/costs/prices.ts';

/** The guides in which costs are filled in. */
export const guidesWithCosts = ['costs.md', '../README.md'] as const;

const place = /(<!-- costs: ([^>]+?) -->)(.*?)(<!-- end -->)/gs;

const dollars = (usd: number) => `$${usd.toFixed(usd < 10 ? 2 : 0)}`;

/**
 * A guide with what the profiles cost filled in.
 *
 * @param profiles the templates of the profiles `full` and `small`
 * @throws {Error} naming a figure that the guide asks for and that there is not
 */
export function withCosts(guide: string, profiles: StageTemplates): string {
  const { full = [], small = [] } = profiles;
  const texts: Readonly<Record<string, () => string>> = {
    region: () => pricedAt.region,
    date: () => pricedAt.date,
    idle: () => `\n${idleTable(profiles)}\n`,
    'full, idle': () => dollars(idleUsd(full).list),
    'small, idle': () => dollars(idleUsd(small).list),
    'full, idle and billed': () => dollars(idleUsd(full).billed),
    'small, idle and billed': () => dollars(idleUsd(small).billed),
    'busy full': () => `\n${busyTable(full)}\n`,
    'busy small': () => `\n${busyTable(small)}\n`,
    storage: () => `\n${storageTable(profiles)}\n`,
  };
  return guide.replace(place, (_, opening: string, name: string, _text: string, closing: string) => {
    const text = texts[name];
    if (!text) throw new Error(`A guide asks for the costs "${name}". There is: ${Object.keys(texts).join(', ')}.`);
    return `${opening}${text()}${closing}`;
  });
}
