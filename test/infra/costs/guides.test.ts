import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { guidesWithCosts, withCosts } from '../../../docs/cost-figures.ts';
import { idleUsd } from '../../../infra/costs/cost-tables.ts';
import type { Template } from '../../../infra/costs/template.ts';
import { configuredStacks } from '../../support/stack/synthesized-stack.ts';

// The stages of test/infra/config/stages.test.ts, which are synthesized once for both. Names of stages cost nothing.
const folder = await configuredStacks({ stages: { production: {}, staging: { profile: 'small' } } });
const templateOf = (name: string): Template => JSON.parse(readFileSync(`${folder}/${name}.template.json`, 'utf8'));
const profiles = {
  full: [templateOf('Timeline-production'), templateOf('TimelineFirewall-production')],
  small: [templateOf('Timeline-staging')],
};

describe.each(guidesWithCosts)('%s', (name) => {
  test('says what the profiles cost; if this fails, run `npm run guides`', () => {
    const guide = readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');
    expect(guide).toBe(withCosts(guide, profiles));
    expect(guide).toMatch(/<!-- costs: small, idle -->\$/);
  });
});

test('The profile small costs at most four dollars a month while nothing happens, and little more than two beyond what is free', () => {
  const { list, billed } = idleUsd(profiles.small);
  expect(list).toBeLessThanOrEqual(4);
  expect(billed).toBeLessThanOrEqual(2.1);
});

test('Figures that there are not are refused', () => {
  expect(() => withCosts('It costs <!-- costs: nothing --><!-- end -->.', profiles)).toThrow(
    'A guide asks for the costs "nothing".',
  );
});
