import { expect, test } from '@jest/globals';
import { openStack } from '../../local/template/stack.ts';
import { warmOrder } from '../../local/warm-order.ts';
import { fixtureTemplate, lambda, type Resources } from './support/fixture-stack.ts';

const stackOf = (Resources: Resources) => openStack({ template: { Resources, Outputs: {} }, codeFolders: new Map() });

/** Functions, authorizer, mappings and schedule of the fixture; what the mappings listen to is not there. */
function resources(): Resources {
  const { Resources } = fixtureTemplate('');
  const kept = Object.entries(Resources).filter(([, { Type }]) => /Function|Authorizer|Mapping|Rule/.test(Type));
  return Object.fromEntries(
    kept.map(([id, { Type, Properties }]) => {
      const { EventSourceArn, DestinationConfig, Environment, ...rest } = Properties;
      return [id, { Type, Properties: { ...rest, ...(EventSourceArn !== undefined && { EventSourceArn: 'arn' }) } }];
    }),
  );
}

test('What runs by itself and what requests pass is loaded first, then the rest as the template has it', () => {
  expect(warmOrder(stackOf(resources()))).toEqual([
    'Authorize',
    'Consume',
    'Labour',
    'Follow',
    'Queue',
    'Echo',
    'Text',
    'Throwing',
    'Exiting',
    'Slow',
    'Huge',
  ]);
});

test('Of many functions the rest is loaded when it is asked for', () => {
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`More${index}`, lambda('echo') as never]));
  const order = warmOrder(stackOf({ ...resources(), ...many }));
  expect(order).toHaveLength(20);
  expect(order.slice(0, 2)).toEqual(['Authorize', 'Consume']);
});
