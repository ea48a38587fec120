import { describe, expect, test } from '@jest/globals';
import { ics } from '../../../functions/lib/formats/calendar/ics.ts';
import { csv } from '../../../functions/lib/formats/csv.ts';
import { atom } from '../../../functions/lib/formats/feeds/atom.ts';
import { jsonfeed } from '../../../functions/lib/formats/feeds/jsonfeed.ts';
import { rss } from '../../../functions/lib/formats/feeds/rss.ts';
import { json } from '../../../functions/lib/formats/json.ts';
import { timelinejs } from '../../../functions/lib/formats/timelinejs/timelinejs.ts';
import { documentWith } from './documents.ts';

const translations = {
  fr: { headline: 'Une trêve', summary: 'Signée à Moscou.' },
  'az-Latn': { headline: 'Atəşkəs' },
};
const texts = { headline: 'A truce', summary: 'Signed in Moscow.', translations };

const inLanguage = (language: string, data: object = texts) => documentWith(data, { language });
const itemIn = (language: string, data?: object) => JSON.parse(jsonfeed.render(inLanguage(language, data))).items[0];

describe('A page in a language', () => {
  test('shows the translation of an entry', () => {
    const { title, content_html, language } = itemIn('fr');
    expect([title, language]).toEqual(['Une trêve', undefined]);
    expect(content_html).toMatch(/^<p>Signée à Moscou\.<\/p><dl lang="fr" dir="ltr"><dt>Événement<\/dt>/);
    expect(rss.render(inLanguage('fr'))).toContain('<title>Une trêve</title>');
    expect(ics.render(inLanguage('fr'))).toContain('SUMMARY:Une trêve\r\n');
    expect(timelinejs.render(inLanguage('fr'))).toContain('"headline":"Une trêve"');
    expect(csv.render(inLanguage('fr'))).toContain(',Une trêve,Signée à Moscou.,fr,');
  });

  test('marks the language of a translation that is not quite that of the page, and what is not translated', () => {
    const { title, content_html, language } = itemIn('az');
    expect([title, language]).toEqual(['Atəşkəs', 'az-Latn']);
    expect(content_html).toMatch(/^<p>Signed in Moscow\.<\/p><dl lang="en" dir="ltr">/);
    expect(atom.render(inLanguage('az'))).toContain('<entry xml:lang="az-Latn">');
  });

  test('shows the original, with its language, where there is no translation', () => {
    expect([itemIn('de').title, itemIn('de').language]).toEqual(['A truce', 'en']);
    expect(itemIn('en').title).toBe('A truce');
    expect(itemIn('fr', { ...texts, language: 'fr-CA' }).title).toBe('A truce');
  });

  test('shows all translations in JSON', () => {
    expect(JSON.parse(json.render(inLanguage('fr'))).entries[0].data).toMatchObject(texts);
  });
});

describe('Text from right to left', () => {
  const arabic = { headline: 'هدنة', summary: 'وقعت في موسكو', language: 'ar' };

  test('has its direction in feeds', () => {
    expect(itemIn('en', arabic).content_html).toMatch(
      /^<p lang="ar" dir="rtl">وقعت في موسكو<\/p><dl lang="en" dir="ltr"><dt>Event<\/dt><dd dir="auto">/,
    );
  });

  test.each([
    ['ar', 'rtl'],
    ['he', 'rtl'],
    ['fa-AF', 'rtl'],
    ['ur', 'rtl'],
    ['az-Arab', 'rtl'],
    ['ar-Latn', 'ltr'],
    ['ru', 'ltr'],
  ])('is the direction of %s: %s', (language, direction) => {
    const page = JSON.parse(timelinejs.render(inLanguage('en', { ...arabic, language })));
    expect(page.events[0].text.headline).toBe(`<span lang="${language}" dir="${direction}">هدنة</span>`);
  });
});
