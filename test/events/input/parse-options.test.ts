import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { parseOptions } from '../../../events/input/parse-options.ts';

const thing = () => z.object({ name: z.string() });

test('the first 64 parses with a schema do not compile it, and those after them do', () => {
  const schema = thing();
  const all = Array.from({ length: 72 }, () => parseOptions(schema).jitless);
  expect(all).toEqual([...Array(64).fill(true), ...Array(8).fill(false)]);
});

test('the parses of each schema are counted by themselves', () => {
  const [one, other] = [thing(), thing()];
  for (let parse = 0; parse < 64; parse++) parseOptions(one);
  expect([parseOptions(one).jitless, parseOptions(other).jitless]).toEqual([false, true]);
});

test('a schema is parsed to the same values and errors, compiled or not', () => {
  const schema = z.strictObject({
    name: z.string(),
    tags: z.array(z.string().max(2)).optional(),
    size: z.int().default(3),
    inside: z.object({ kept: z.literal(true).exactOptional() }).optional(),
  });
  const inputs = [
    { name: 'a' },
    { name: 'a', tags: ['b', 'ccc'], inside: { other: 1 } },
    { name: 1, unknown: true, inside: { kept: false } },
    { tags: 'b', size: 1.5 },
    [],
    null,
  ];
  const answers = (options: { jitless: boolean }) =>
    inputs.map((input) => {
      const { data, error } = schema.safeParse(input, options);
      return { data, issues: error?.issues };
    });
  expect(answers({ jitless: true })).toEqual(answers({ jitless: false }));
});
