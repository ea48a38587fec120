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

test('Functions of event sources and the authorizer are loaded first, then others in the order of the template', () => {
  expect(warmOrder(stackOf(resources()))).toEqual([
    'Authorize',
    'Stopped',
    'Allowed',
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

test('Of many functions, the last are loaded at their first call', () => {
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`More${index}`, lambda('echo') as never]));
  const order = warmOrder(stackOf({ ...resources(), ...many }));
  expect(order).toHaveLength(20);
  expect(order.slice(0, 2)).toEqual(['Authorize', 'Stopped']);
});
