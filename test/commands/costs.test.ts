import { expect, test } from '@jest/globals';
import { runTimeline } from './support/run-timeline.ts';

test('`costs` shows what the configured stages cost while nothing happens, for a million of each, and for storage', async () => {
  const { code, output, errors } = await runTimeline(['costs']);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(output).toMatch(/^US dollars at list prices of us-east-1, \d{4}-\d{2}-\d{2}, without taxes\.\n/);
  expect(output.match(/^(?:\| a month|While|A million|\| a million|Storage).*$/gm)).toEqual([
    'While nothing happens',
    '| a month | price | production |',
    'A million of these: production',
    '| a million | DynamoDB | functions | requests and data | logs | web ACL | traces | together |',
    'Storage',
    '| a million events | price a month | production |',
  ]);
});

test('`costs --profiles` compares the profiles', async () => {
  const { output } = await runTimeline(['costs', '--profiles']);
  expect(output).toContain('| a month | price | full | small |');
});
