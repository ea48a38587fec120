import { expect, test } from '@jest/globals';
import { readTable } from '../../commands/import/table/read-table.ts';

test.each([
  ['one column', 'Headline\r\nOne\nTwo\r\nThree\n', [['One'], ['Two'], ['Three']]],
  [
    'several columns',
    'id,Headline\r\n1,"One"\n2,"Two"\r\n3,"Three"\r',
    [
      ['1', 'One'],
      ['2', 'Two'],
      ['3', 'Three'],
    ],
  ],
  [
    'line breaks in cells',
    'id,Headline\n1,"One\r\nmore"\r\n2,Two\n',
    [
      ['1', 'One\r\nmore'],
      ['2', 'Two'],
    ],
  ],
])('A table with line ends of several systems and %s has each row once', (_, text, rows) => {
  expect(readTable(Buffer.from(text)).rows.map(({ cells }) => cells)).toEqual(rows);
});
