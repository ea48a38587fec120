import { element } from '../../html/element.ts';
import type { Answer } from '../../http/answer.ts';
import type { Problem } from '../../http/problem.ts';
import { layout } from '../document/layout.ts';
import { contextOf, type PageContext } from '../document/page.ts';
import { pageHeaders } from '../document/policy.ts';
import { refusalOf } from '../parts/refusal.ts';
import { namedLanguage, pageLanguage } from '../request/page-language.ts';

interface Body {
  readonly detail: string;
  readonly errors?: readonly { readonly parameter?: string; readonly header?: string; readonly detail: string }[];
}

/** What a page takes from the event of a request. */
export interface Addressed {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly rawPath: string;
  readonly rawQueryString: string;
}

function kindOf(status: number): keyof PageContext['pageWords']['problems'] {
  if (status === 404) return 'notFound';
  if (status === 410) return 'gone';
  return status < 500 ? 'invalid' : 'failed';
}

/** No browser gets these: it came by the distribution, and accepts an uncompressed body. */
const bare = [403, 406];

/** A problem as a page, for a request that a browser sent. */
export function problemPage(problem: Problem, { headers: asked, rawPath, rawQueryString }: Addressed): Answer {
  const { status, headers, body } = problem;
  if (bare.includes(status)) return problem;
  const origin = `${asked['x-forwarded-proto']}://${asked['x-public-host']}`;
  const isEmbedded = rawPath.startsWith('/embed/');
  // The query may be what is wrong.
  const query = namedLanguage(rawQueryString);
  const context = contextOf(origin, pageLanguage({ query, headers: asked }, 'en'), { isEmbedded });
  const { pageWords } = context;
  const { title, text } = pageWords.problems[kindOf(status)];
  const { detail, errors = [] } = body as Body;
  // The other texts of problems are English.
  const inEnglish = context.language === 'en' ? {} : { lang: 'en' };
  const texts =
    errors.length > 0
      ? errors.map(({ parameter, header, detail: one }) =>
          element('p', {}, context.words.labelled(parameter ?? header ?? '', ''), refusalOf(parameter, one, context)),
        )
      : [element('p', inEnglish, detail)];
  const html = layout(
    {
      title,
      description: null,
      canonical: `${origin}/`,
      isPartial: true,
      alternates: [],
      content: [element('p.lead', {}, text), texts, element('p', {}, element('a', { href: '/' }, pageWords.stories))],
    },
    context,
  );
  return {
    status,
    headers: { ...pageHeaders(context, undefined), ...headers, 'content-type': 'text/html; charset=utf-8' },
    body: html,
  };
}
