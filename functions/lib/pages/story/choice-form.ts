import { type StoryFilterParameter, storyFilterParameters } from '../../../../events/filters/filter-table.ts';
import { capitalized } from '../../formats/entry-content.ts';
import { type Content, element } from '../../html/element.ts';
import { instantInZone } from '../../words/local-date.ts';
import { statusInWords, typeInWords } from '../../words/value-in-words.ts';
import type { PageContext } from '../document/page.ts';
import { refusalOfField } from '../parts/refusal.ts';
import type { StoryView } from './story-view.ts';
import { isWhole } from './whole-timeline.ts';

/** A field with its label, what it takes, and what is wrong with it. */
function field(
  name: keyof PageContext['pageWords']['fields'],
  view: StoryView,
  context: PageContext,
  hint: string | null,
  control: (attributes: Record<string, string>) => Content,
): Content {
  const { pageWords } = context;
  const error = refusalOfField(name, view.errors, context);
  const described = [...(hint === null ? [] : [`${name}-hint`]), ...(error === null ? [] : [`${name}-error`])];
  const attributes = {
    id: name,
    name,
    ...(described.length > 0 && { 'aria-describedby': described.join(' ') }),
    ...(error !== null && { 'aria-invalid': 'true' }),
  };
  return element(
    'div.field',
    {},
    element('label', { for: name }, pageWords.fields[name]),
    hint === null ? null : element('span.hint', { id: `${name}-hint` }, hint),
    control(attributes),
    error === null ? null : element('span.error', { id: `${name}-error` }, error),
  );
}

/** The name of a value of a filter. */
function nameOf(filter: StoryFilterParameter, value: string, name: string | null, { words }: PageContext): string {
  if (filter === 'type') return capitalized(typeInWords(value, words));
  if (filter === 'status') return capitalized(statusInWords(value, words));
  return name ?? value;
}

function select(filter: StoryFilterParameter, view: StoryView, context: PageContext): Content {
  const asked = context.asked[filter] ?? '';
  const { values = [] } = view.summary?.facets[filter] ?? {};
  // An event is of one newsroom: where there is one, there is nothing to choose.
  const fewest = filter === 'newsroom' ? 2 : 1;
  if (values.length < fewest && asked === '') return null;
  const isKnown = asked === '' || values.some(({ value }) => value === asked);
  const option = (value: string, text: string) => element('option', { value, selected: value === asked }, text);
  return field(filter, view, context, null, (attributes) =>
    element(
      'select',
      attributes,
      option('', context.pageWords.any),
      isKnown ? null : option(asked, nameOf(filter, asked, null, context)),
      values.map(({ value, name, count }) =>
        option(value, `${nameOf(filter, value, name, context)} (${context.words.figures.number(count)})`),
      ),
    ),
  );
}

/**
 * The local time that a form shows for the instant as of which a page is, to the millisecond if it is no full minute.
 */
function asOfValue({ asOf }: StoryView, { asked, zone }: PageContext): string | undefined {
  if (asOf === null) return asked.asOf;
  const { length } = 'YYYY-MM-DDTHH:MM';
  const seconds = asOf.slice(length, -'Z'.length);
  return `${instantInZone(asOf, zone).slice(0, length)}${seconds === ':00.000' ? '' : seconds}`;
}

/** The form by which a reader chooses what a timeline shows. It sends a query, without a script. */
export function choiceForm(view: StoryView, context: PageContext): Content {
  const { story } = view;
  const { pageWords, zone, language, asked } = context;
  const { hints, orders } = pageWords;
  const text = (name: 'from' | 'to' | 'q', hint: string | null) =>
    field(name, view, context, hint, (attributes) =>
      element('input', {
        ...attributes,
        type: name === 'q' ? 'search' : 'text',
        value: asked[name],
        autocomplete: 'off',
      }),
    );
  return element(
    'details.choose',
    { open: view.errors.length > 0 },
    element('summary', {}, pageWords.choose),
    element(
      'form',
      { method: 'get', action: `/stories/${story.story}` },
      text('from', hints.dates),
      text('to', null),
      storyFilterParameters.map((filter) => select(filter, view, context)),
      text('q', null),
      field('asOf', view, context, hints.asOf(zone), (attributes) =>
        element('input', { ...attributes, type: 'datetime-local', step: 'any', value: asOfValue(view, context) }),
      ),
      field('order', view, context, null, (attributes) =>
        element(
          'select',
          attributes,
          (['asc', 'desc'] as const).map((order) =>
            element('option', { value: order === 'asc' ? '' : order, selected: asked.order === order }, orders[order]),
          ),
        ),
      ),
      asked.language === undefined ? null : element('input', { type: 'hidden', name: 'language', value: language }),
      element('button', { type: 'submit' }, pageWords.show),
      isWhole(asked) ? null : element('a', { href: `/stories/${story.story}` }, pageWords.reset),
    ),
  );
}
