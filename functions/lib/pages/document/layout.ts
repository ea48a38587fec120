import { type Content, element } from '../../html/element.ts';
import { type Language, languages } from '../../words/languages.ts';
import { inLanguage } from './in-language.ts';
import { addressWith, type Page, type PageContext } from './page.ts';
import { type PageSettings, pageSettings } from './page-settings.ts';
import { styleOf } from './style.ts';

const namesOfLanguages: Readonly<Record<Language, string>> = { en: 'English', fr: 'Français' };

/** A dot on a line, as an address: otherwise each browser would ask for /favicon.ico. */
function iconOf({ accent = '#0b57a4' }: PageSettings): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M8 0v16" stroke="${accent}"/><circle cx="8" cy="8" r="5" fill="${accent}"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

function head({ title, description, canonical, isPartial, alternates, head: more = [] }: Page, settings: PageSettings) {
  const { name } = settings;
  return element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width,initial-scale=1' }),
    element('title', {}, title === name ? title : `${title} – ${name}`),
    description === null ? null : element('meta', { name: 'description', content: description }),
    element('link', { rel: 'canonical', href: canonical }),
    isPartial ? element('meta', { name: 'robots', content: 'noindex' }) : null,
    languages.map((language) =>
      element('link', {
        rel: 'alternate',
        hreflang: language,
        href: addressWith(canonical, { language }, { asked: {} }),
      }),
    ),
    alternates.map(({ href, type, title: named }) => element('link', { rel: 'alternate', type, href, title: named })),
    element('link', { rel: 'icon', href: settings.logo ?? iconOf(settings) }),
    [...more],
    element('style', {}, styleOf(settings)),
  );
}

function header({ pageWords }: PageContext, { logo, name }: PageSettings): Content {
  return element(
    'header.site',
    {},
    element('a.home', { href: '/' }, logo === undefined ? name : element('img', { src: logo, alt: name, height: 32 })),
    element(
      'nav',
      { 'aria-label': name },
      element('a', { href: '/' }, pageWords.stories),
      element('a', { href: '/corrections' }, pageWords.corrections),
    ),
  );
}

function footer({ canonical, alternates }: Page, context: PageContext): Content {
  const { pageWords, language } = context;
  const formats = alternates.map(({ href, title }) => element('li', {}, element('a', { href }, title)));
  return element(
    'footer.site',
    {},
    formats.length === 0
      ? null
      : [element('p', { id: 'formats' }, pageWords.formats), element('ul', { 'aria-labelledby': 'formats' }, formats)],
    element(
      'ul',
      {},
      languages
        .filter((other) => other !== language)
        .map((other) =>
          element(
            'li',
            {},
            element(
              'a',
              { href: addressWith(canonical, { language: other }, context), hreflang: other, lang: other },
              namesOfLanguages[other],
            ),
          ),
        ),
      element('li', {}, element('a', { href: '/docs' }, pageWords.documentation)),
    ),
  );
}

/** A whole page as HTML. It needs no script. */
export function layout(page: Page, context: PageContext, settings: PageSettings = pageSettings): string {
  const { pageWords, language, isEmbedded } = context;
  const heading = element('h1', inLanguage(page.titleLanguage ?? language, language), page.title);
  const main = element('main', { id: 'main', tabindex: -1 }, heading, page.content);
  const body = isEmbedded
    ? [main]
    : [element('a.skip', { href: '#main' }, pageWords.skip), header(context, settings), main, footer(page, context)];
  return `<!doctype html>${element('html', { lang: language }, head(page, settings), element('body', {}, body)).html}`;
}
