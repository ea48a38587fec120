import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { catalogue, dataSchemaOf } from '../../../events/catalogue/index.ts';
import { eventAttributes } from '../../../events/event.ts';
import { detailOf } from '../../../events/input/error-messages.ts';
import { allSharedFields, ownFields } from '../samples.ts';

type Container = Record<string, unknown>;

/** How to change one field of a value: `steps` choose the way down to it. */
interface Change {
  readonly steps: readonly number[];
  readonly does: 'remove' | 'replace' | 'add' | 'inherit';
  readonly key: string;
  readonly value: unknown;
}

const schemas = Object.keys(catalogue).map((type) => {
  const data = dataSchemaOf(type) as z.ZodType;
  const attributes = {
    specversion: '1.0',
    id: 'truce',
    source: '/newsrooms/afp',
    type,
    subject: 'karabakh-2020',
    time: '2020-12-01T12:00:00Z',
    datacontenttype: 'application/json',
  };
  const sample = { ...attributes, data: { ...allSharedFields, ...ownFields[type] } };
  return { schema: z.strictObject({ ...eventAttributes, data }), sample: JSON.stringify(sample) };
});

const keys = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  '0',
  'name',
  'type',
  'other',
);

/** Made anew for each use: a later change may be within one of them. */
const makers: readonly (() => unknown)[] = [
  ...[undefined, null, '', ' ', 'http://a', '2020-13', '2020/2019', 'a'.repeat(5_000), 0, -1, 1.5, Number.NaN, true],
  ...[10n, Symbol('one'), ['a'], { type: 'toString' }, { type: 'Point' }, { low: 2, best: 1, high: 0 }],
].map((value) => () => (typeof value === 'object' ? structuredClone(value) : value));

const exotic: readonly (() => unknown)[] = [
  () => Object.create(null),
  () => Object.create(allSharedFields),
  () => new Uint8Array(3),
  () => new Date(0),
  () => () => 1,
];

const values = fc.oneof(
  fc.constantFrom(...makers, ...exotic).map((make) => make()),
  fc.jsonValue(),
);

const changes = fc.array(
  fc.record<Change>({
    steps: fc.array(fc.nat(20), { maxLength: 6 }),
    does: fc.constantFrom('remove', 'replace', 'add', 'inherit'),
    key: keys,
    value: values,
  }),
  { maxLength: 4 },
);

const isContainer = (value: unknown): value is Container =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);

/** Sets an own field, as JSON.parse does: also one named `__proto__`. */
const setOwn = (target: Container, key: string, value: unknown) =>
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });

function change(whole: Container, { steps, does, key, value }: Change): void {
  let target = whole;
  let chosen: string | undefined;
  for (const step of steps) {
    const inside: unknown = chosen === undefined ? target : target[chosen];
    if (!isContainer(inside)) break;
    const names = Object.keys(inside);
    if (names.length === 0) break;
    [target, chosen] = [inside, names[step % names.length]];
  }
  if (does === 'add') setOwn(target, key, value);
  if (chosen === undefined) return;
  if (does === 'remove') delete target[chosen];
  if (does === 'replace') setOwn(target, chosen, value);
  if (does === 'inherit' && !Array.isArray(target)) {
    const inherited = { [chosen]: target[chosen] };
    delete target[chosen];
    Object.setPrototypeOf(target, inherited);
  }
}

const answers = (schema: z.ZodType, input: unknown) =>
  [true, false].map((jitless) => {
    const { data, error } = schema.safeParse(input, { jitless, error: detailOf });
    return { data, issues: error?.issues };
  });

test('an event is parsed to the same data and issues, whether its schema is compiled or not', () => {
  fc.assert(
    fc.property(fc.constantFrom(...schemas), changes, ({ schema, sample }, made) => {
      const input = JSON.parse(sample);
      for (const one of made) change(input, one);
      const [interpreted, compiled] = answers(schema, input);
      expect(interpreted).toStrictEqual(compiled);
    }),
    { numRuns: 1_500 },
  );
});

test('the sample of each type is valid either way', () => {
  const wrong = schemas.filter(({ schema, sample }) =>
    answers(schema, JSON.parse(sample)).some(({ issues }) => issues),
  );
  expect(wrong).toEqual([]);
});
