import type { CorrectionLine } from '../../../../events/timeline/correction.ts';
import { capitalized } from '../../formats/entry-content.ts';
import { type Content, element } from '../../html/element.ts';
import { typeInWords } from '../../words/value-in-words.ts';
import { type PageContext, timeInWords } from '../document/page.ts';

/** Why and by whom content was taken down. */
export function redactionWords(
  { reason, by }: { readonly reason: keyof PageContext['pageWords']['reasons']; readonly by: 'newsroom' | 'operator' },
  { pageWords }: PageContext,
): string {
  return `${pageWords.removedContent} ${capitalized(pageWords.removers[by])}, ${pageWords.reasons[reason]}.`;
}

/** A line of the log of corrections. */
export function correctionItem(line: CorrectionLine, context: PageContext): Content {
  const { change, publishedAt, id, type, story, note, redaction } = line;
  const { words, pageWords } = context;
  return element(
    'li',
    {},
    element(
      'p.meta',
      {},
      element('strong', {}, pageWords.changes[change]),
      ` · ${timeInWords(publishedAt, context)} · ${typeInWords(type, words)} · `,
      element('a', { href: `/stories/${story}` }, story),
    ),
    redaction ? element('p', {}, redactionWords(redaction, context)) : null,
    note === null ? null : element('span', { dir: 'auto' }, note),
    ' ',
    element('a', { href: `/events/${id}#history` }, pageWords.whatChanged),
  );
}
