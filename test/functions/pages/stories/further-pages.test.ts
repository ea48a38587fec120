import { expect, test } from '@jest/globals';
import { JSDOM } from 'jsdom';
import { storiesPage } from '../../../../functions/lib/pages/stories/stories-page.ts';
import { contextIn } from '../views.ts';

test('A further page of stories leads to the first and the next one, and is there in the other language, all as asked for', () => {
  const view = { stories: [], latest: [], corrections: [], nextCursor: 'later', isFirst: false };
  const context = contextIn('fr', { asked: { cursor: 'here', language: 'fr' } });
  const { document } = new JSDOM(storiesPage(view, context)).window;
  const addresses = [...document.querySelectorAll('.pages a, footer a[hreflang]')].map((link) =>
    link.getAttribute('href'),
  );
  expect(addresses).toEqual([
    '/?language=fr',
    '/?cursor=later&language=fr',
    'https://timeline.example/?cursor=here&language=en',
  ]);
});
