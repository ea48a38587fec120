/** What the tests use of `jsdom`. Its own types would bring those of a browser into all of this project. */
declare module 'jsdom' {
  export interface Element {
    readonly tagName: string;
    readonly id: string;
    readonly textContent: string;
    readonly innerHTML: string;
    readonly outerHTML: string;
    readonly children: Iterable<Element>;
    readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
    querySelector(selector: string): Element | null;
    querySelectorAll(selector: string): Iterable<Element>;
    getAttribute(name: string): string | null;
  }

  export class JSDOM {
    readonly window: {
      readonly document: Element;
      eval(script: string): unknown;
      close(): void;
    };
    constructor(html: string, options?: { runScripts: 'outside-only'; pretendToBeVisual: boolean; url: string });
  }
}
