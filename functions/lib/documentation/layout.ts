import { escapeHtml } from '../formats/html.ts';
import { groupPath, groups } from './groups.ts';
import { guidePath, guides } from './guides.ts';
import { link, list } from './markup.ts';
import { style } from './style.ts';

/** The content of a page, without the parts that all pages share. */
export interface Page {
  readonly path: string;
  readonly title: string;
  /** The page in the navigation to which this page belongs, if it is not in the navigation itself. */
  readonly parent?: string;
  /** The parts of the page with their anchors, in order. */
  readonly parts: readonly { readonly anchor: string; readonly title: string }[];
  /** The heading of the page, and the text before its first part; HTML. */
  readonly heading: string;
  readonly lead: string;
  /** The parts; HTML. */
  readonly content: string;
}

interface NavigationLink {
  readonly path: string;
  readonly title: string;
}

const sections: readonly { readonly title: string; readonly links: readonly NavigationLink[] }[] = [
  { title: 'Start', links: [{ path: '/docs', title: 'Overview' }] },
  { title: 'Guides', links: guides.map(({ name, title }) => ({ path: guidePath(name), title })) },
  {
    title: 'Reference',
    links: [
      ...groups.map(({ name }) => ({ path: groupPath(name), title: name })),
      { path: '/docs/problems', title: 'Problems' },
      { path: '/docs/schemas', title: 'Schemas' },
    ],
  },
];

/**
 * The navigation, in the column beside the page and in a menu. The style shows one of them, by the width of the window.
 */
function navigation({ path, parent }: Page): string {
  const shown = sections.map(({ title, links }) => {
    const items = links.map((to) => {
      const current = to.path === path ? 'page' : to.path === parent ? 'true' : undefined;
      return link(to.path, escapeHtml(to.title), current === undefined ? {} : { 'aria-current': current });
    });
    return `<p>${escapeHtml(title)}</p>${list(items, { 'aria-label': title })}`;
  });
  const nav = `<nav aria-label="Documentation">${shown.join('')}</nav>`;
  return `<details class="menu"><summary>Menu</summary>${nav}</details><div class="side">${nav}</div>`;
}

function partsOf({ parts }: Page): string {
  if (parts.length < 2) return '';
  const links = parts.map(({ anchor, title }) => link(`#${anchor}`, title));
  return `<nav class="parts" aria-labelledby="parts"><p id="parts">On this page</p>${list(links)}</nav>`;
}

/** A whole page as HTML. It needs no script and loads nothing else. */
export function layout(page: Page): string {
  const { title, heading, lead, content } = page;
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escapeHtml(title)} – Timeline API</title><style>${style}</style></head><body>`,
    '<a class="skip" href="#main">Skip to the content</a>',
    '<header><p><a href="/docs">Timeline API</a></p><p><a href="/v1/openapi.json">openapi.json</a></p></header>',
    `<div class="columns">${navigation(page)}`,
    `<main id="main" tabindex="-1"><h1>${heading}</h1>${lead}${partsOf(page)}${content}</main></div>`,
    '</body></html>',
  ].join('');
}
