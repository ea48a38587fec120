import type { InputError } from '../../../../events/input/errors.ts';
import type { CorrectionLine } from '../../../../events/timeline/correction.ts';
import { type Content, element } from '../../html/element.ts';
import { layout } from '../document/layout.ts';
import { addressWith, type PageContext } from '../document/page.ts';
import { correctionItem } from '../parts/correction-item.ts';
import { refusalOfField } from '../parts/refusal.ts';

/** What the page of the log of corrections shows. */
export interface CorrectionsView {
  readonly lines: readonly CorrectionLine[];
  readonly nextCursor: string | null;
  readonly errors: readonly InputError[];
}

function formOf({ errors }: CorrectionsView, context: PageContext): Content {
  const { pageWords, asked } = context;
  const field = (name: 'story' | 'from' | 'to') => {
    const error = refusalOfField(name, errors, context);
    return element(
      'div.field',
      {},
      element('label', { for: name }, pageWords.fields[name]),
      element('input', {
        id: name,
        name,
        value: asked[name],
        autocomplete: 'off',
        ...(error !== null && { 'aria-invalid': 'true', 'aria-describedby': `${name}-error` }),
      }),
      error === null ? null : element('span.error', { id: `${name}-error` }, error),
    );
  };
  return element(
    'details.choose',
    { open: errors.length > 0 },
    element('summary', {}, pageWords.choose),
    element(
      'form',
      { method: 'get', action: '/corrections' },
      field('story'),
      field('from'),
      field('to'),
      asked.language === undefined
        ? null
        : element('input', { type: 'hidden', name: 'language', value: asked.language }),
      element('button', { type: 'submit' }, pageWords.show),
      element('a', { href: '/corrections' }, pageWords.reset),
    ),
  );
}

/** The page of the log of corrections, the newest first. */
export function correctionsPage(view: CorrectionsView, context: PageContext): string {
  const { lines, nextCursor, errors } = view;
  const { pageWords, origin, asked } = context;
  const path = '/corrections';
  return layout(
    {
      title: pageWords.corrections,
      description: pageWords.aboutCorrections,
      canonical: origin + path,
      isPartial: Object.keys(asked).some((name) => name !== 'language'),
      alternates: [],
      content: [
        element('p.lead', {}, pageWords.aboutCorrections),
        element(
          'div.columns',
          {},
          element('aside', { 'aria-label': pageWords.choose }, formOf(view, context)),
          element(
            'div.shown',
            {},
            lines.length === 0 && errors.length === 0 ? element('p', {}, pageWords.noCorrections) : null,
            element(
              'ul.plain.log',
              {},
              lines.map((line) => correctionItem(line, context)),
            ),
            nextCursor === null
              ? null
              : element(
                  'p',
                  {},
                  element(
                    'a',
                    { href: addressWith(path, { cursor: nextCursor }, context), rel: 'next' },
                    pageWords.next,
                  ),
                ),
          ),
        ),
      ],
    },
    context,
  );
}
