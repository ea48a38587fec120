import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { dateOfText } from '../../commands/import/table/date-of-text.ts';
import { eventsOfTable } from '../../commands/import/table/events-of-table.ts';
import { type Mapping, readMapping } from '../../commands/import/table/mapping.ts';
import { proposeMapping } from '../../commands/import/table/propose-mapping.ts';
import { delimiters, readTable } from '../../commands/import/table/read-table.ts';
import { InvalidTable } from '../../commands/import/table/table.ts';
import { textOfHtml } from '../../commands/import/table/text-of-html.ts';
import { CommandFailure } from '../../commands/terminal/cli.ts';
import { runTimeline } from './support/run-timeline.ts';

const servers: Server[] = [];
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-csv-'));
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true });
});

const defaults = {
  '/type': 'development.reported',
  '/subject': 'a-story',
  '/data/status': 'reported',
  '/data/sources/0/url': 'https://example.org/report',
  '/data/sources/0/publisher': 'AFP',
};
const mapping: Mapping = {
  id: 'ID',
  columns: { ID: null, Date: { to: '/data/when/edtf', type: 'date' }, Headline: '/data/headline' },
  defaults,
};

const eventsIn = (csv: string, { columns, ...more }: Partial<Mapping> = {}) =>
  eventsOfTable(readTable(Buffer.from(csv)), {
    ...mapping,
    ...more,
    columns: { ...mapping.columns, ...columns },
  }).lines.map(({ text }) => JSON.parse(text));
/** What is wrong with a table, or what it is read as. */
function outcome<Result>(work: () => Result) {
  try {
    return work();
  } catch (error) {
    if (error instanceof InvalidTable) return error.problems;
    return (error as Error).message;
  }
}
const problemsIn = (csv: string, more: Partial<Mapping> = {}) => outcome(() => eventsIn(csv, more));

let files = 0;
async function written(content: string | Uint8Array, ending = 'csv'): Promise<string> {
  files += 1;
  const path = join(folder, `file-${files}.${ending}`);
  await writeFile(path, content);
  return path;
}

const data = (edtf: string, headline: string, more: object = {}) => ({
  when: { edtf },
  headline,
  status: 'reported',
  sources: [{ url: 'https://example.org/report', publisher: 'AFP' }],
  ...more,
});
const event = (id: string, edtf: string, headline: string, more: object = {}) => ({
  id,
  type: 'development.reported',
  subject: 'a-story',
  data: data(edtf, headline, more),
});

describe('a table', () => {
  test.each([
    ['commas', 'ID,Date,Headline\n1,2020-11-09,"A truce, at last"\n', 'A truce, at last'],
    ['semicolons', 'ID;Date;Headline\r\n1;2020-11-09;A truce, at last\r\n', 'A truce, at last'],
    ['tabs', 'ID\tDate\tHeadline\n1\t2020-11-09\tA truce; at last', 'A truce; at last'],
    ['a byte order mark', '\ufeffID,Date,Headline\n1,2020-11-09,A truce\n', 'A truce'],
    ['blank rows and a column without a name', 'ID,Date,Headline,\n,,,\n1,2020-11-09,A truce,\n\n', 'A truce'],
    ['spaces around its cells', 'ID, Date ,Headline\n 1 , 2020-11-09 , A truce \n', 'A truce'],
  ])('with %s is read', (_, csv, headline) => {
    expect(eventsIn(csv)).toEqual([event('1', '2020-11-09', headline)]);
  });

  test('keeps the lines of its rows, also behind cells with line breaks', () => {
    const { rows } = readTable(Buffer.from('ID,Text\n1,"a\nb\r\nc"\n\n2,"say ""yes"""\n'));
    expect(rows).toEqual([
      { line: 2, cells: ['1', 'a\nb\r\nc'] },
      { line: 6, cells: ['2', 'say "yes"'] },
    ]);
  });

  test.each([
    ['ID,Date\n1\n2,2020,x\n', [2, 'Has 1 cells'], [3, 'Has 3 cells']],
    ['ID,ID\n1,2\n', [1, 'Two columns have this name.']],
    ['ID,\n1,x\n', [1, 'Column 2 has cells, but no name.']],
    ['ID,Text\n1,"never\nclosed', [2, 'A quotation mark is opened']],
    ['ID,Text\n1,a "word" in it\n', [2, 'A quotation mark is inside a cell']],
    ['ID,Text\n1,"a" b\n', [2, 'A character follows a closing quotation mark.']],
  ])('%j is refused with the lines', (csv, ...expected) => {
    const problems = outcome(() => readTable(Buffer.from(csv as string))) as { line: number; detail: string }[];
    expect(problems.map(({ line, detail }) => [line, detail])).toEqual(
      expected.map(([line, detail]) => [line, expect.stringContaining(detail as string)]),
    );
  });

  test.each([
    [
      'XLSX and ODS',
      Buffer.from('PK\u0003\u0004rest', 'latin1'),
      /^The file is a workbook .*Save the sheet as CSV\. In Excel/,
    ],
    ['XLS', Buffer.from('d0cf11e0a1b11ae1ff', 'hex'), /^The file is a workbook/],
    ['UTF-16', Buffer.from('\ufeffID', 'utf16le'), /^The file is UTF-16/],
    [
      'UTF-16 without a mark',
      Buffer.from('ID,Date\n', 'utf16le'),
      /^The file is not text in UTF-8\. It may be UTF-16\. In/,
    ],
    ['Latin-1', Buffer.from('ID\n1\nStraße\n', 'latin1'), /^Line 3 has bytes that are not UTF-8\. In Excel/],
    ['nothing', Buffer.from('\n \n'), /^The file is empty\./],
  ])('that is %s is refused with a sentence', (_, bytes, message) => {
    expect(outcome(() => readTable(bytes))).toMatch(message);
  });

  test('never crashes, whatever its text is', () => {
    const pieces = fc.constantFrom(
      ',',
      ';',
      '\t',
      '"',
      '\n',
      '\r\n',
      '\r',
      'ID',
      'Date',
      '2020',
      '03/04/2020',
      '__proto__',
      '\ufeff',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((some) => some.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const table = readTable(Buffer.from(text));
          const { columns, id } = proposeMapping(table);
          const all = { ...defaults, '/data/when/edtf': '2020', '/data/headline': 'x' };
          eventsOfTable(table, { columns, id, defaults: all } as Mapping, { fromContent: true });
        } catch (error) {
          if (!(error instanceof InvalidTable || error instanceof CommandFailure)) throw error;
        }
      }),
    );
  });

  test('that was written from events reads back as the same events', () => {
    const texts = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => text.trim() === text && /[a-z]/i.test(text));
    const days = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    const rows = fc.array(fc.tuple(days, texts), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(rows, fc.constantFrom(...delimiters), fc.boolean(), (given, delimiter, bom) => {
        const events = given.map(([day, text], index) => event(`${index}`, day.toISOString().slice(0, 10), text));
        const cells = events.map(({ id, data: { when, headline } }) => [id, when.edtf, headline]);
        const csv = stringify([['ID', 'Date', 'Headline'], ...cells], { delimiter, bom });
        expect(eventsIn(csv)).toEqual(events);
      }),
    );
  });
});

describe('a date', () => {
  test.each([
    ['2020-11-09', '2020-11-09'],
    ['2020-11-09~', '2020-11-09~'],
    ['2020-09-27/2020-11-10', '2020-09-27/2020-11-10'],
    ['2020', '2020'],
    ['9 November 2020', '2020-11-09'],
    ['Nov 9, 2020', '2020-11-09'],
    ['November 9th, 2020', '2020-11-09'],
    ['Sept. 9, 2020', '2020-09-09'],
    ['1er août 2020', '2020-08-01'],
    ['9. Février 2020', '2020-02-09'],
    ['November 2020', '2020-11'],
    ['11/2020', '2020-11'],
    ['2020/11/9', '2020-11-09'],
    ['2020-1-9', '2020-01-09'],
    ['13/04/2020', '2020-04-13'],
    ['04/13/2020', '2020-04-13'],
    ['04/04/2020', '2020-04-04'],
    ['03.04.2020', '2020-04-03'],
  ])('%s is %s', (text, edtf) => {
    expect(dateOfText(text, {})).toBe(edtf);
  });

  test.each([
    ['03/04/2020', 'dmy', '2020-04-03'],
    ['03/04/2020', 'mdy', '2020-03-04'],
    ['03.04.2020', 'mdy', '2020-03-04'],
  ] as const)('%s is read in the order %s', (text, dateOrder, edtf) => {
    expect(dateOfText(text, { dateOrder })).toBe(edtf);
  });

  test.each([
    ['2020-11-10 01:00', 'Asia/Baku', '2020-11-10T01:00+04:00'],
    ['11/13/2020 2:30:05 PM', 'America/New_York', '2020-11-13T14:30:05-05:00'],
    ['9 novembre 2020 14h30', 'Europe/Paris', '2020-11-09T14:30+01:00'],
  ])('%s in %s is an instant', (text, zone, edtf) => {
    expect(dateOfText(text, { zone })).toBe(edtf);
  });

  test.each([
    [
      '03/04/2020',
      {},
      'Is ambiguous: "03/04/2020" is 2020-04-03 or 2020-03-04. Say which in the mapping, with "dateOrder": "dmy" or "dateOrder": "mdy".',
    ],
    ['13/04/2020', { dateOrder: 'mdy' as const }, /^Has the month 13/],
    ['03/04/2020', { dateOrder: 'ymd' as const }, /^Does not begin with the year/],
    ['31/04/2020', {}, /^Has the day 31, which the month 2020-04 does not have/],
    ['03/04/20', {}, /^Has a year of two digits/],
    ['juil 2020 or so', {}, /./],
    ['44144', {}, /^Looks like the number by which a spreadsheet stores a date/],
    ['2020-11-10 01:00', {}, /^Has a time without an offset\. Say in the mapping/],
    ['2020-11-10 25:00', { zone: 'UTC' }, /^Has the time "25:00"/],
    ['2020-03-29 02:30', { zone: 'Europe/Paris' }, /^Is a time that clocks in Europe\/Paris do not show/],
    [
      '2020-10-25 02:30',
      { zone: 'Europe/Paris' },
      /^Is a time that clocks in Europe\/Paris do not show, or show twice/,
    ],
  ])('%s, read with %j, is refused', (text, reading, message) => {
    expect(outcome(() => dateOfText(text, reading))).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    );
  });
});

describe('the rows of a table', () => {
  test('fill lists, numbers, dates of several columns and items of lists; empty cells leave a field out', () => {
    const csv = [
      'ID,Year,Month,Day,Time,End Year,Headline,Places,Image,Alt,Certainty',
      '1,2020,11,10,1:00,,Whole,"Lachin; Kalbajar ;",https://example.org/1.jpg,Trucks,sure',
      '2,1991,Sep,,,1994,A span,,,,',
    ].join('\n');
    const columns = {
      ID: null,
      Year: { to: '/data/when/edtf', part: 'year' },
      Month: { to: '/data/when/edtf', part: 'month' },
      Day: { to: '/data/when/edtf', part: 'day' },
      Time: { to: '/data/when/edtf', part: 'time' },
      'End Year': { to: '/data/when/edtf', part: 'endYear' },
      Headline: '/data/headline',
      Places: { to: '/data/places', type: 'list', each: 'name' },
      Image: '/data/media/0/url',
      Alt: '/data/media/0/alternativeText',
      Certainty: { to: '/data/status', values: { sure: 'confirmed' } },
    };
    const more = { '/data/media/0/credit': 'AFP', '/data/media/0/licence': 'CC0' };
    const text = JSON.stringify({ id: 'ID', tz: 'Asia/Baku', columns, defaults: { ...defaults, ...more } });
    const { lines } = eventsOfTable(readTable(Buffer.from(csv)), readMapping(text, 'mapping.json'));
    expect(lines.map((line) => [line.number, JSON.parse(line.text)])).toEqual([
      [
        2,
        event('1', '', 'Whole', {
          when: { edtf: '2020-11-10T01:00+04:00', tz: 'Asia/Baku' },
          status: 'confirmed',
          places: [{ name: 'Lachin' }, { name: 'Kalbajar' }],
          media: [{ url: 'https://example.org/1.jpg', alternativeText: 'Trucks', credit: 'AFP', licence: 'CC0' }],
        }),
      ],
      [3, event('2', '', 'A span', { when: { edtf: '1991-09/1994', tz: 'Asia/Baku' } })],
    ]);
  });

  test('are refused with line and column, all before any is sent', () => {
    const csv = [
      'ID,Date,Headline,Number,Status',
      '1,03/04/2020,Ambiguous,"1,5",odd',
      ',2020,No id,,',
      '3,2020,,,',
      '3,2021-02-29,Id twice,,sure',
    ].join('\n');
    const columns = {
      Number: { to: '/data/count', type: 'number' as const },
      Status: { to: '/data/status', values: { sure: 'confirmed' } },
    };
    expect(problemsIn(csv, { columns })).toEqual([
      { line: 2, column: 'Number', detail: expect.stringMatching(/^Is not a number: "1,5"\./) },
      { line: 2, column: 'Status', detail: 'Has "odd", which the mapping does not list in "values".' },
      { line: 2, column: 'Date', detail: expect.stringMatching(/^Is ambiguous/) },
      { line: 3, column: 'ID', detail: 'Is empty: every row needs its own id.' },
      { line: 4, column: 'Headline', detail: expect.stringMatching(/^\/data\/headline: Is required/) },
      { line: 5, column: 'Date', detail: 'Has the day 29, which the month 2021-02 does not have.' },
      { line: 5, column: 'ID', detail: 'Has the id "3", like line 4. Every row needs its own.' },
    ]);
  });

  test('need an id, unless it is computed from their content', () => {
    const csv = 'Date,Headline\n2020,A\n2021,B\n';
    const table = readTable(Buffer.from(csv));
    const { ID: _, ...columns } = mapping.columns;
    const without = { columns, defaults };
    expect(outcome(() => eventsOfTable(table, without))).toMatch(
      /^The rows have no id, .*--id-column NAME.*a second event beside the old one\.$/,
    );
    const ids = () =>
      eventsOfTable(table, without, { fromContent: true }).lines.map(({ text }) => JSON.parse(text).id as string);
    expect(ids()).toEqual([expect.stringMatching(/^row-[\da-f]{32}$/), expect.stringMatching(/^row-[\da-f]{32}$/)]);
    expect(ids()).toEqual(ids());
    const twice = readTable(Buffer.from(`${csv}2020,A\n`));
    expect(outcome(() => eventsOfTable(twice, without, { fromContent: true }))).toEqual([
      { line: 4, detail: 'Is the same event as line 2. Remove one of them.' },
    ]);
  });

  test('have the columns of the mapping, and no others', () => {
    expect(problemsIn('ID,When,Headline\n')).toBe(
      'The mapping names columns that the file does not have: "Date". The mapping does not say where these columns go: "When". Map a column that you do not need to null. The file has: "ID", "When", "Headline".',
    );
  });
});

test('the errors of a mapping have their places', () => {
  const wrong = {
    dateOrder: 'day first',
    tz: 'Paris',
    columns: { A: '/headline', B: { to: '/data/x', type: 'text', each: 'name' }, C: '/data/y', D: '/data/y' },
    defaults: { '/data/__proto__/x': 1 },
    unknown: true,
  };
  const message = outcome(() => readMapping(JSON.stringify(wrong), 'mapping.json')) as string;
  const places = message
    .split('\n')
    .slice(1)
    .map((line) => line.split(':')[0]);
  expect(places.sort()).toEqual(['/columns/A', '/columns/B/each', '/dateOrder', '/tz', '/unknown']);
  const later = {
    columns: { C: '/data/y', D: '/data/y' },
    defaults: { '/data/__proto__/x': 1, '/subject': 'FILL IN: x' },
  };
  expect(outcome(() => readMapping(JSON.stringify(later), 'mapping.json'))).toBe(
    [
      'The mapping mapping.json is wrong. Nothing was sent.',
      '/defaults/~1data~1__proto__~1x: Must be a place in an event, such as /data/status.',
      '/defaults/~1subject: Is not filled in yet: FILL IN: x',
      '/columns/D: Goes to /data/y, like the column "C". Map one of them to null.',
    ].join('\n'),
  );
  expect(outcome(() => readMapping('{', 'mapping.json'))).toMatch(/^The mapping mapping\.json is not JSON: /);
});

test('HTML becomes its text', () => {
  expect(textOfHtml('<p>A <b class="x">truce</b> &amp; more</p><p>1 &lt; 2 &#8211; &unknown;<br/>end</p>')).toBe(
    'A truce & more\n1 < 2 – &unknown;\nend',
  );
});

describe('a proposed mapping', () => {
  const proposed = (header: string, row = '') => proposeMapping(readTable(Buffer.from(`${header}\n${row}`)));
  const fillIn = expect.stringMatching(/^FILL IN: /);

  test('knows the columns of an English sheet', () => {
    expect(
      proposed('ID,Date,Headline,Summary,Status,Source,Publisher,Place,Notes', '1,2020,,,,https://example.org,AFP,,'),
    ).toEqual({
      id: 'ID',
      columns: {
        ID: null,
        Date: { to: '/data/when/edtf', type: 'date' },
        Headline: '/data/headline',
        Summary: '/data/summary',
        Status: '/data/status',
        Source: '/data/sources/0/url',
        Publisher: '/data/sources/0/publisher',
        Place: { to: '/data/places', type: 'list', each: 'name' },
        Notes: null,
      },
      defaults: { '/type': 'development.reported', '/subject': fillIn },
    });
  });

  test('knows the columns of a French sheet', () => {
    expect(proposed('Identifiant,Date de début,Date de fin,Titre,Résumé,Agence,Lien,Acteurs')).toEqual({
      id: 'Identifiant',
      columns: {
        Identifiant: null,
        'Date de début': { to: '/data/when/edtf', type: 'date' },
        'Date de fin': { to: '/data/when/edtf', type: 'date', part: 'end' },
        Titre: '/data/headline',
        Résumé: '/data/summary',
        Agence: '/data/sources/0/publisher',
        Lien: '/data/sources/0/url',
        Acteurs: { to: '/data/actors', type: 'list', each: 'name' },
      },
      defaults: { '/type': 'development.reported', '/subject': fillIn, '/data/status': 'reported' },
    });
  });

  test('for the template of TimelineJS is the one in the examples', async () => {
    const header =
      'Year,Month,Day,Time,End Year,End Month,End Day,End Time,Display Date,Headline,Text,Media,Media Credit,Media Caption,Media Thumbnail,Alt Text,Type,Group,Background,Link';
    const example = join(import.meta.dirname, '..', '..', 'examples', 'timelinejs.mapping.json');
    expect(proposed(header)).toEqual(JSON.parse(await readFile(example, 'utf8')));
  });
});

describe('npx timeline import with a table', () => {
  const key = ['--key', 'tl_any', '--url', 'http://127.0.0.1:9'];

  test('prints a proposed mapping, or writes it, and never over a file', async () => {
    const csv = await written('ID;Titre\n');
    const to = join(folder, 'proposed.json');
    const printed = await runTimeline(['import', csv, '--write-mapping']);
    expect(JSON.parse(printed.output)).toMatchObject({
      delimiter: ';',
      id: 'ID',
      columns: { Titre: '/data/headline' },
    });
    expect(await runTimeline(['import', csv, '--write-mapping', to])).toMatchObject({ code: 0, output: '' });
    expect(await readFile(to, 'utf8')).toBe(printed.output);
    expect(await runTimeline(['import', csv, '--write-mapping', to])).toEqual({
      code: 1,
      output: '',
      errors: expect.stringMatching(/^Cannot write the mapping\. EEXIST/),
    });
  });

  test('needs a mapping; a workbook is refused whatever its name is', async () => {
    expect(await runTimeline(['import', await written('ID\n1\n')])).toMatchObject({
      code: 2,
      errors: expect.stringContaining('--write-mapping mapping.json'),
    });
    const workbook = await written(Buffer.from('PK\u0003\u0004', 'latin1'), 'ndjson');
    expect(await runTimeline(['import', workbook])).toEqual({
      code: 1,
      output: '',
      errors: expect.stringMatching(/^The file is a workbook/),
    });
  });

  test('lists at most 50 problems, each with line and column, and sends nothing', async () => {
    const map = await written(JSON.stringify(mapping), 'json');
    const rows = Array.from({ length: 60 }, (_, index) => `${index},03/04/2020,x`);
    const csv = await written(['ID,Date,Headline', ...rows].join('\n'));
    const { code, output } = await runTimeline(['import', csv, '--map', map, ...key]);
    const lines = output.trim().split('\n');
    expect([code, lines.length, lines[0], lines[51]]).toEqual([
      1,
      52,
      'Nothing was sent: the file has 60 problems.',
      '… and 10 more.',
    ]);
    expect(lines[1]).toMatch(/^line 2, column "Date": Is ambiguous: /);
    const asJson = await runTimeline(['import', csv, '--map', map, '--json', ...key]);
    expect(JSON.parse(asJson.output)).toMatchObject({
      created: 0,
      problems: 60,
      refused: expect.arrayContaining([{ line: 2, column: 'Date', reason: expect.stringMatching(/^Is ambiguous/) }]),
    });
  });

  test('reads JSON of TimelineJS, from a file and from this machine', async () => {
    const timeline = JSON.stringify({
      title: { text: { headline: 'The title' } },
      events: [{ start_date: { year: '2020', month: 11, day: '9' }, text: { headline: '<b>A truce</b>', text: '' } }],
    });
    const server = createServer((request, response) => {
      if (request.url === '/elsewhere') response.writeHead(302, { location: '/' });
      response.end(timeline);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    servers.push(server);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const write = (place: string) => runTimeline(['import', place, '--from', 'timelinejs', '--write-mapping']);
    const file = await written(timeline, 'json');
    const fromFile = await write(file);
    expect(JSON.parse(fromFile.output).columns.Headline).toEqual({ to: '/data/headline', type: 'html' });
    expect(await write(url)).toEqual(fromFile);
    expect(await write(`${url}/elsewhere`)).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/^Cannot read .*redirect/),
    });
    expect(await write('http://example.org/')).toMatchObject({
      code: 1,
      errors: 'Cannot read http://example.org/: only https addresses are read.\n',
    });
    const inLatin1 = await written(Buffer.from(timeline.replace('A truce', 'Une trêve'), 'latin1'), 'json');
    expect(await write(inLatin1)).toMatchObject({
      code: 1,
      errors: `${inLatin1} has bytes that are not UTF-8. Save it in UTF-8.\n`,
    });
    const mapping = await written(Buffer.from('{"defaults":{"/data/headline":"Trêve"}}', 'latin1'), 'json');
    expect(await runTimeline(['import', file, '--from', 'timelinejs', '--map', mapping])).toMatchObject({
      code: 1,
      errors: `The mapping ${mapping} has bytes that are not UTF-8. Save it in UTF-8.\n`,
    });
    expect(await write(await written('{"events": 1}', 'json'))).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/is not a timeline of TimelineJS: \/events: /),
    });
  });
});
