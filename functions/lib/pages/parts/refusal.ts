import type { InputError } from '../../../../events/input/errors.ts';
import { type Content, element } from '../../html/element.ts';
import type { PageContext } from '../document/page.ts';

/**
 * The words for what is wrong with a parameter, in the language of the page if there are any; else in English, and
 * marked as that.
 */
export function refusalOf(
  parameter: string | undefined,
  detail: string,
  { pageWords, language }: Pick<PageContext, 'pageWords' | 'language'>,
): Content {
  const { refusals } = pageWords;
  if (refusals !== null && parameter !== undefined && Object.hasOwn(refusals, parameter))
    return refusals[parameter as keyof typeof refusals];
  return language === 'en' ? detail : element('span', { lang: 'en' }, detail);
}

/** The words for what is wrong with a field of a form; null if nothing is. */
export function refusalOfField(name: string, errors: readonly InputError[], context: PageContext): Content {
  const error = errors.find((one) => 'parameter' in one && one.parameter === name);
  return error ? refusalOf(name, error.detail, context) : null;
}
