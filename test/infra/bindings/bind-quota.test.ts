import { expect, test } from '@jest/globals';
import { permissionsIn } from '../permissions.ts';
import { synthesized } from '../synthesized.ts';

const standard = permissionsIn(await synthesized());
const limited = permissionsIn(await synthesized('Timeline', { quotas: { events: 500, bytes: 0 } }));

const quotaIn = ({ environmentOf }: typeof standard, name: string) =>
  JSON.parse(String(environmentOf(name).DEFAULT_QUOTA)) as unknown;

test('The default quota is what a newsroom of ordinary size needs', () => {
  expect(quotaIn(standard, 'authorize')).toEqual({ events: 50_000, changes: 20_000, bytes: 1_073_741_824 });
});

test('A configured quota replaces the default, each limit alone, wherever quotas are enforced or counted', () => {
  const replaced = { events: 500, changes: 20_000, bytes: 0 };
  expect(quotaIn(limited, 'authorize')).toEqual(replaced);
  expect(quotaIn(limited, 'append-event')).toEqual(replaced);
});
