import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { catalogue } from '../../../events/catalogue/index.ts';
import { ics } from '../../../functions/lib/formats/calendar/ics.ts';
import { entriesOf } from '../../../functions/lib/formats/entry.ts';
import { contentHtml, contentText } from '../../../functions/lib/formats/entry-content.ts';
import { languages } from '../../../functions/lib/words/languages.ts';
import { eventWith } from '../../events/given.ts';
import { allSharedFields, ownFields, requiredFields } from '../../events/samples.ts';
import { documentOf, entryText } from './documents.ts';

const { language: _, summary: __, translations: ___, ...shared } = allSharedFields;

/** What each type may say, and once what events of all types may say. */
const samples = [
  ...Object.keys(catalogue).map((type) => entryText(eventWith(ownFields[type], { type, id: type }), 0)),
  entryText(eventWith({ ...shared, summary: 'A summary.\nIn two lines.' }), 0, {
    note: 'The name was wrong.',
    event: eventWith({ ...shared, summary: 'A summary.\nIn two lines.' }),
  }),
  entryText(
    eventWith({
      ...requiredFields,
      when: { edtf: '199X', tz: 'Asia/Baku' },
      quantity: { low: 26000, qualifier: 'moreThan', unit: 'people' },
    }),
    0,
  ),
];

const documentIn = (language: string) => documentOf(samples, { language });

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** What a person reads in each form. */
const forms: Readonly<Record<string, (language: string) => string>> = {
  txt: (language) =>
    entriesOf(documentIn(language))
      .map((entry) => `# ${entry.type}\n\n${contentText(entry, documentIn(language))}\n`)
      .join('\n'),
  html: (language) =>
    `<!doctype html>\n<html lang="${language}">\n<meta charset="utf-8">\n<title>${language}</title>\n${entriesOf(
      documentIn(language),
    )
      .map((entry) => `<h2>${escaped(entry.type)}</h2>\n${contentHtml(entry, documentIn(language))}\n`)
      .join('')}</html>\n`.replaceAll(/(?<=>)(?=<(?:dt|dl|p)\b)/g, '\n'),
  ics: (language) => ics.render(documentIn(language)).replaceAll('\r\n', '\n'),
};

/**
 * The files beside this test show what people read, for people to read. After a change of words, write them anew with
 * `WRITE_WORDING=1 npm test -- test/functions/formats/wording`, and read what has changed.
 */
describe('The wording of every type', () => {
  test.each(languages.flatMap((language) => Object.keys(forms).map((form) => [language, form] as const)))(
    'is as in wording/%s.%s',
    (language, form) => {
      const file = new URL(`wording/${language}.${form}`, import.meta.url);
      const text = (forms[form] as (typeof forms)[string])(language);
      if (process.env.WRITE_WORDING === '1') writeFileSync(file, text);
      expect(text).toBe(readFileSync(file, 'utf8'));
    },
  );
});
