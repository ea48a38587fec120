import { createHash } from 'node:crypto';

/**
 * The script of the page of a story, which is whole without it.
 *
 * - It looks for changes while the page is visible: every 30 seconds, and after each look that finds none or fails half
 *   as long again, up to
 *   five minutes. What it finds is announced; the page stays as it is until its reader asks for it.
 * - The keys j or n and k or p lead from entry to entry. They do nothing in fields and together with other keys, can be
 *   switched off
 *   (WCAG 2.2, 2.1.4), and `?` leads to the switch.
 *
 * The address to look at, and the words, are attributes of its element.
 */
export const readerScript = `'use strict';
(() => {
  const { changes, words } = document.currentScript.dataset;
  const { one, many, show, keys, on, off } = JSON.parse(words);
  const shortest = 30000, longest = 300000;
  const make = (name, properties) => Object.assign(document.createElement(name), properties);

  const note = make('div', { className: 'live' });
  note.setAttribute('role', 'status');
  note.setAttribute('aria-live', 'polite');
  document.body.append(note);
  let address = new URL(changes, location.href);
  let found = 0, pause = shortest, timer = 0;

  function announce() {
    const text = found === 1 ? one : many.replace('#', found);
    const link = make('a', { href: location.pathname + location.search, textContent: show });
    note.replaceChildren(text + ' ', link);
  }
  async function look() {
    const before = found;
    try {
      const response = await fetch(address);
      if (!response.ok) throw new Error(response.status);
      const page = await response.json();
      found += page.changes.length;
      address.searchParams.set('after', page.next);
    } catch {}
    if (found > before) announce();
    pause = found > before ? shortest : Math.min(pause * 1.5, longest);
    plan();
  }
  function plan() {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(look, pause);
  }
  document.addEventListener('visibilitychange', plan);
  plan();

  const entries = [...document.querySelectorAll('.shown .entries > li')];
  if (entries.length === 0 || !matchMedia('(any-pointer: fine)').matches) return;
  const name = 'timeline-keys';
  const stored = () => { try { return localStorage.getItem(name); } catch { return null; } };
  let active = stored() !== 'off';
  const button = make('button', { type: 'button', className: 'keys' });
  const draw = () => {
    button.textContent = keys + ' ' + (active ? on : off);
    button.setAttribute('aria-pressed', active);
  };
  button.addEventListener('click', () => {
    active = !active;
    try { localStorage.setItem(name, active ? 'on' : 'off'); } catch {}
    draw();
  });
  draw();
  document.querySelector('main > .pages').append(make('li', {}));
  document.querySelector('main > .pages').lastChild.append(button);

  const behavior = () => (matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth');
  function walk(step) {
    const own = entries.findIndex((entry) => entry.contains(document.activeElement));
    const below = entries.findIndex((entry) => entry.getBoundingClientRect().bottom > 8);
    const from = own >= 0 ? own : step > 0 ? below - 1 : below;
    const entry = entries[Math.max(0, Math.min(entries.length - 1, from + step))];
    entry.querySelector(':is(h3,h4,h5) a').focus({ preventScroll: true });
    entry.scrollIntoView({ block: 'start', behavior: behavior() });
  }
  document.addEventListener('keydown', (event) => {
    const { key, target } = event;
    if (!active || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (target.closest('input, select, textarea, [contenteditable]')) return;
    if (key === '?') button.focus();
    else if (key === 'j' || key === 'n') walk(1);
    else if (key === 'k' || key === 'p') walk(-1);
    else return;
    event.preventDefault();
  });
})();
`;

const hashLength = 10;

/** Its path, which changes with it: a browser may keep it without asking again. */
export const readerScriptPath = `/reader-${createHash('sha256').update(readerScript).digest('hex').slice(0, hashLength)}.js`;
