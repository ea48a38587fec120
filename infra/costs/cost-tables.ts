import { busyQuantities, storageQuantities } from './busy-costs.ts';
import { idleQuantities } from './idle-costs.ts';
import { billedUsd, listUsd, type Price, type Priced, prices, type Quantities } from './prices.ts';
import type { Template } from './template.ts';

/** The templates of the stacks of a stage, by the name of its column. */
export type StageTemplates = Readonly<Record<string, readonly Template[]>>;

/** What is billed for a million of something, in groups as a reader thinks of them. */
const groups: Readonly<Record<string, readonly Priced[]>> = {
  DynamoDB: ['readUnits', 'writeUnits'],
  functions: ['functionRequests', 'functionGigabyteSeconds'],
  'requests and data': [
    'gatewayRequests',
    'edgeRequests',
    'edgeFunctionRequests',
    'shieldRequests',
    'edgeGigabytes',
    'sentGigabytes',
    'queueRequests',
  ],
  logs: ['logGigabytes'],
  'web ACL': ['webAclRequests'],
  traces: ['traces'],
};

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), row(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(row)].join('\n');

const dollars = (usd: number) => `$${usd.toFixed(2)}`;
const amount = (quantity: number) => quantity.toLocaleString('en', { maximumFractionDigits: quantity < 10 ? 2 : 0 });

const entriesOf = (quantities: Quantities) => Object.entries(quantities) as (readonly [Priced, number])[];
const totalOf = (quantities: Quantities, usdOf: (priced: Priced, quantity: number) => number) =>
  entriesOf(quantities).reduce((sum, [priced, quantity]) => sum + usdOf(priced, quantity), 0);

function priceText({ usd, per, free }: Price): string {
  const price = per === 1 ? dollars(usd) : `$${usd} for ${amount(per)}`;
  return free === 0 ? price : `${price}, ${amount(free)} free`;
}

/**
 * The dollars that a stage costs in a month in which nothing happens, at list prices and with what is free deducted.
 */
export function idleUsd(templates: readonly Template[]): { readonly list: number; readonly billed: number } {
  const quantities = idleQuantities(templates);
  return { list: totalOf(quantities, listUsd), billed: totalOf(quantities, billedUsd) };
}

/** A table of what stages cost in a month in which nothing happens. */
export function idleTable(stages: StageTemplates): string {
  const used = Object.values(stages).map(idleQuantities);
  const isUsed = (priced: Priced) => used.some((quantities) => (quantities[priced] ?? 0) > 0);
  const cell = (priced: Priced, quantity = 0) =>
    quantity === 0 ? '' : `${amount(quantity)}: ${dollars(listUsd(priced, quantity))}`;
  const rows = (Object.keys(prices) as Priced[]).filter(isUsed).map((priced) => {
    const { unit, ...price }: Price = prices[priced];
    return [unit, priceText({ unit, ...price }), ...used.map((quantities) => cell(priced, quantities[priced]))];
  });
  const totals = (name: string, usdOf: typeof listUsd) => [
    name,
    '',
    ...used.map((quantities) => dollars(totalOf(quantities, usdOf))),
  ];
  return table(
    ['a month', 'price', ...Object.keys(stages)],
    [...rows, totals('**at list prices**', listUsd), totals('**beyond what is free for each account**', billedUsd)],
  );
}

/** A table of what a million of each operation costs in a stage, at list prices. */
export function busyTable(templates: readonly Template[]): string {
  const rows = Object.entries(busyQuantities(templates)).map(([name, quantities]) => {
    const usd = (priced: Priced) => listUsd(priced, quantities[priced] ?? 0);
    const sums = Object.values(groups).map((group) => group.reduce((sum, priced) => sum + usd(priced), 0));
    return [
      name,
      ...sums.map((sum) => (sum === 0 ? '' : dollars(sum))),
      `**${dollars(totalOf(quantities, listUsd))}**`,
    ];
  });
  return table(['a million', ...Object.keys(groups), 'together'], rows);
}

/** A table of what stages cost in a month to keep a million events. */
export function storageTable(stages: StageTemplates): string {
  const all = Object.values(stages).map(storageQuantities);
  const rows = (['storedGigabytes', 'backedUpGigabytes'] as const).map((priced) => [
    prices[priced].unit,
    priceText(prices[priced]),
    ...all.map(
      (quantities) => `${amount(quantities[priced] ?? 0)}: ${dollars(listUsd(priced, quantities[priced] ?? 0))}`,
    ),
  ]);
  return table(['a million events', 'price a month', ...Object.keys(stages)], rows);
}
