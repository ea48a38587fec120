import type { PageSettings } from './page-settings.ts';

/**
 * The style of all pages. The custom properties are the theme: ink, soft ink, lines, ground, shade, accent and warning.
 * The contrast of texts is at least 4.5 to 1 (WCAG 2.2, 1.4.3).
 */
const style = `
:root{color-scheme:light dark;--ink:#1a1c1f;--soft:#5a5f66;--line:#dcdfe3;--ground:#fff;--shade:#f5f6f7;--accent:#0b57a4;--warn:#8a3b00;--serif:Charter,"Bitstream Charter","Sitka Text",Cambria,Georgia,serif;--sans:system-ui,sans-serif}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#a3a9b1;--line:#363b42;--ground:#121417;--shade:#1b1e22;--accent:#7db8ff;--warn:#ffb27a}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;color:var(--ink);background:var(--ground);font:1.0625rem/1.55 var(--serif)}
a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:.15em;unicode-bidi:isolate}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
main:focus{outline:0}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;padding:.5rem 1rem;background:var(--ground);z-index:1}
.site,.facts,form,.meta,.months,nav,.soft,.figures,.note,.sources,.pages,dl{font-family:var(--sans)}
header.site{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:center;justify-content:space-between;padding:.75rem 1.25rem;border-bottom:1px solid var(--line);font-size:.95rem}
header.site .home{font-weight:700;color:inherit;text-decoration:none;display:inline-flex;min-height:2rem;align-items:center}
header.site nav{display:flex;gap:1.25rem}
header.site nav a{padding:.35rem 0}
main{max-width:70rem;margin:0 auto;padding:1.5rem 1.25rem 4rem;overflow-wrap:break-word}
h1{font-size:clamp(1.75rem,1.2rem + 2.4vw,2.6rem);line-height:1.15;margin:.5rem 0 .75rem;text-wrap:balance}
h2{font-size:1.5rem;line-height:1.25;margin:2.5rem 0 .75rem}
h3{font-size:1.25rem;margin:2rem 0 .5rem}
.month{font:600 1.05rem var(--sans);margin:2rem 0 .5rem;color:var(--soft)}
.entries :is(h3,h4,h5){font-size:1.2rem;line-height:1.3;margin:.15rem 0 .35rem}
.entries :is(h3,h4,h5) a,.titles a{color:inherit;text-decoration-color:var(--line)}
p{margin:.35rem 0 .75rem}
.lead{font-size:1.15rem;max-width:42rem}
.soft,.meta{color:var(--soft);font-size:.9rem}
ul,ol{padding-left:1.25rem}
.plain,.entries,.figures,.months,.pages,footer ul{list-style:none;padding:0;margin:0}
.columns{display:grid;gap:0 3.5rem}
.entries>li{position:relative;padding:0 0 1.6rem 1.75rem;border-left:2px solid var(--line);margin-left:.4rem;max-width:44rem}
.entries>li:last-child{border-color:transparent;border-image:linear-gradient(var(--line),transparent) 1}
.entries>li::before{content:"";position:absolute;left:-.45rem;top:.45rem;width:.8rem;height:.8rem;border-radius:50%;background:var(--accent);border:2px solid var(--ground)}
.entries>li.band::before{height:calc(100% - 1.6rem);max-height:4rem;border-radius:.4rem;background:repeating-linear-gradient(var(--accent) 0 3px,transparent 3px 6px),var(--ground)}
.entries>li.span::before{height:calc(100% - 1.6rem);max-height:4rem;border-radius:.4rem}
.entries>li.planned::before{background:var(--ground);border-color:var(--accent)}
.entries .meta{margin:0}
.entries .meta time{color:var(--ink);font-weight:600}
.badge{display:inline-block;padding:0 .45rem;border:1px solid currentColor;border-radius:1rem;font-size:.8rem}
.disputed{color:var(--warn)}
.figures{font-size:.95rem;margin:.35rem 0}
.sources{font-size:.85rem;color:var(--soft);margin:.35rem 0}
.note{font-size:.92rem;margin:.6rem 0;padding:.5rem .8rem;border-left:3px solid var(--warn);background:var(--shade)}
.note strong{color:var(--warn)}
figure{margin:.75rem 0}
img{max-width:100%;height:auto}
figcaption{font:.85rem/1.4 var(--sans);color:var(--soft)}
form{background:var(--shade);border:1px solid var(--line);border-radius:.5rem;padding:.5rem 1rem 1rem;font-size:.95rem}
form .field{margin:.6rem 0 0}
label{display:block;font-weight:600}
.hint{display:block;font-weight:400;font-size:.82rem;color:var(--soft)}
input,select,button{font:inherit;width:100%;padding:.45rem .6rem;border:1px solid var(--soft);border-radius:.3rem;color:inherit;background:var(--ground);min-height:2.6rem}
button{width:auto;margin:1rem 1rem 0 0;padding:.45rem 1.4rem;border-color:var(--accent);background:var(--accent);color:var(--ground);font-weight:600;cursor:pointer}
.error{display:block;color:var(--warn);font-weight:600;font-size:.9rem}
[aria-invalid]{border:2px solid var(--warn)}
summary{cursor:pointer;padding:.5rem 1rem;font:600 .95rem var(--sans);border:1px solid var(--line);border-radius:.5rem;background:var(--shade)}
[open]>summary{border-radius:.5rem .5rem 0 0;border-bottom:0}
[open]>form{border-top:0;border-radius:0 0 .5rem .5rem;padding-top:.5rem}
.months a{display:grid;grid-template-columns:8.5em 1fr 2.2em;gap:.5rem;align-items:center;padding:.2rem 0;font-size:.9rem;text-decoration:none}
.months a:hover{text-decoration:underline}
.months svg{display:block;width:100%;height:.8rem}
.months rect{fill:var(--accent)}
.months b{font-weight:400;text-align:right;font-variant-numeric:tabular-nums;color:var(--soft)}
dl{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.35rem 1.25rem;font-size:.95rem}
dt{color:var(--soft)}
dd{margin:0;grid-column:2}
.diff dd{grid-column:auto}
del{color:var(--soft)}
ins{text-decoration:underline;text-decoration-color:var(--accent);text-underline-offset:.15em}
.pages{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;margin:1.5rem 0}
.titles>li{padding:0 0 1rem;margin-bottom:1rem;border-bottom:1px solid var(--line);max-width:44rem}
.titles h2,.titles h3{margin:0;font-family:var(--serif);color:inherit}
.log>li{padding:.5rem 0;max-width:44rem}.log .meta{margin:0}
footer.site{border-top:1px solid var(--line);padding:1.25rem;font-size:.85rem;color:var(--soft)}
footer.site p{margin:0 0 .35rem}
footer ul{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;margin-bottom:.75rem}
footer a{display:inline-block;padding:.2rem 0}
.later{border-top:1px dotted var(--line)}
.months h2,nav h2{font:600 1rem var(--sans);margin:1.5rem 0 .4rem}
.map{display:block;width:100%;height:auto;background:var(--shade);border-radius:.5rem}
.map .sea{fill:var(--shade)}.map .land{fill:var(--ground)}
.map .border{fill:none;stroke:var(--soft);stroke-width:.6}.map .disputed{stroke-dasharray:3 2}
.map .shape{fill:var(--accent);fill-opacity:.15;stroke:var(--accent)}.map .spot{fill:var(--accent)}
.map line{stroke:var(--accent)}.map circle{fill:var(--accent);stroke:var(--ground)}
.map text{fill:var(--ground);font:600 10px var(--sans);text-anchor:middle}
.map a:is(:hover,:focus-visible) circle{stroke:var(--ink);stroke-width:2}
.where summary{margin-bottom:.5rem}
@media(max-width:61.99rem){.months{max-height:13rem;overflow:auto}}
@media(min-width:62rem){.halves{grid-template-columns:minmax(0,1fr) minmax(0,24rem)!important}.halves h2{margin-top:0}.halves h2~h2{margin-top:2rem}.columns{grid-template-columns:minmax(0,1fr) 19rem}.columns>aside{grid-column:2;grid-row:1/span 9}.columns>.shown{grid-column:1;grid-row:1}}
.live{position:fixed;left:50%;bottom:1rem;translate:-50%;max-width:calc(100% - 2rem);padding:.6rem 1.1rem;border:1px solid var(--accent);border-radius:.5rem;background:var(--shade);font:.95rem var(--sans);z-index:1}
.live:empty{padding:0;border:0}
.halves{margin-top:1.5rem}
.keys{text-decoration:underline;text-decoration-color:var(--line);text-underline-offset:.2em;min-height:0;margin:0;padding:0;border:0;background:none;color:var(--soft);font-size:.85rem;font-weight:400}
@media print{.live{display:none}:root{--ink:#000;--ground:#fff;--shade:#fff;--soft:#444;--line:#bbb;--accent:#000;--warn:#000}html{font-size:9.5pt}.skip,form,details.choose,.months,nav,header.site nav,footer.site,.pages{display:none}main,.entries>li{max-width:none}main{padding:0}.map{max-width:24rem}.entries>li,.note,.where{break-inside:avoid}.columns{display:block}.sources a::after{content:" (" attr(href) ")";word-break:break-all}}
`.replaceAll('\n', '');

/** The style with the colours of the configuration. */
export function styleOf({ accent, accentOnDark = accent }: PageSettings): string {
  if (accent === undefined && accentOnDark === undefined) return style;
  const light = accent === undefined ? '' : `:root{--accent:${accent}}`;
  return `${style}${light}@media(prefers-color-scheme:dark){:root{--accent:${accentOnDark}}}`;
}
