/**
 * The style of all pages: one column, with the navigation beside it if there is room; light or dark, as the reader
 * prefers. The contrast of colors is at least 4.5 to 1 (WCAG 2.2, 1.4.3).
 */
export const style = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d8dee4;--ground:#fff;--shade:#f6f8fa;--accent:#0b57a4}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--line:#30363d;--ground:#0d1117;--shade:#161b22;--accent:#6cb2ff}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;color:var(--ink);background:var(--ground);font:16px/1.55 system-ui,sans-serif}
a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:2px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
main:focus{outline:0}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;padding:.5rem 1rem;background:var(--ground);z-index:1}
header{display:flex;justify-content:space-between;gap:1rem;padding:.75rem 1.5rem;border-bottom:1px solid var(--line)}
header p{margin:0}
header p:first-child a{font-weight:600;color:inherit;text-decoration:none}
.columns{display:grid;grid-template-columns:16rem minmax(0,1fr);max-width:80rem}
nav p{margin:1rem 0 .25rem;font-size:.8rem;font-weight:600;color:var(--soft)}
nav ul{list-style:none;margin:0;padding:0}
nav li a{display:block;padding:.2rem 0;text-decoration:none;overflow-wrap:anywhere}
nav li a:hover{text-decoration:underline}
.menu{display:none;padding:.5rem 1.25rem;border-bottom:1px solid var(--line)}
.menu summary{padding:.5rem 0;font-size:1rem}
.side{position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;padding:.5rem 1rem 2rem 1.5rem;font-size:.9rem}
.menu li a,.side li a{padding:.2rem .5rem;margin-left:-.5rem;border-radius:.25rem}
.menu li a{padding:.4rem .5rem}
[aria-current]{font-weight:600;color:inherit;background:var(--shade);box-shadow:inset 3px 0 var(--accent)}
main{padding:1.5rem 2.5rem 6rem;min-width:0}
.parts{margin:1rem 0 2rem;padding:0 1.25rem 1rem;border:1px solid var(--line);border-radius:.5rem;max-width:46rem}
.parts ul{columns:2 16rem;column-gap:2rem}
h1{font-size:2rem;line-height:1.2;margin:0 0 .5rem;overflow-wrap:anywhere}
h2{font-size:1.4rem;line-height:1.3;margin:2.5rem 0 .5rem}
h3{font-size:1.1rem;margin:1.75rem 0 .5rem}
h2>a,h3>a{color:inherit;text-decoration:none}
h2>a:hover,h3>a:hover{text-decoration:underline}
p,li{overflow-wrap:break-word}
main>p,main>ul,main>ol,.operation>p{max-width:46rem}
.lead{color:var(--soft);font-size:1.1rem}
.operation{margin:2.5rem 0 0;padding-top:1rem;border-top:1px solid var(--line)}
.operation h2{margin-top:1rem}
.operation h3{font-size:.95rem;color:var(--soft)}
h2:target{text-decoration:underline;text-decoration-color:var(--accent)}
.route{overflow-wrap:anywhere}
.route b{display:inline-block;margin-right:.5rem;padding:.05rem .5rem;border-radius:.25rem;font-size:.8rem;letter-spacing:.03em;color:var(--ground);background:var(--accent)}
.route code{font-size:1rem;background:none}
code,pre{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
code{padding:.1em .3em;border-radius:.25rem;background:var(--shade);overflow-wrap:anywhere}
pre{margin:.75rem 0;padding:.75rem 1rem;overflow:auto;max-height:28rem;border:1px solid var(--line);border-radius:.375rem;background:var(--shade)}
pre code{padding:0;background:none;overflow-wrap:normal}
.wide{overflow-x:auto;margin:.5rem 0}
table{width:100%;border-collapse:collapse;font-size:.9rem}
th{text-align:left;font-weight:600;color:var(--soft)}
th,td{padding:.4rem .75rem .4rem 0;vertical-align:top;border-bottom:1px solid var(--line)}
tr:last-child td{border-bottom:0}
td code{overflow-wrap:break-word}
td b{font-weight:600;font-size:.85em}
td p{margin:0}
.stack th:first-child{width:1%}
.stack td:first-child{white-space:nowrap}
.stack td:last-child{min-width:16rem}
.values{display:flex;flex-wrap:wrap;gap:.25rem;max-width:22rem}
.values code{overflow-wrap:normal;white-space:nowrap}
.content{list-style:none;margin:.25rem 0;padding:0}
.content li{margin:.15rem 0}
summary{cursor:pointer;color:var(--accent);font-size:.875rem}
@media(max-width:56rem){.columns,.menu{display:block}.side{display:none}header{padding:.75rem 1.25rem}main{padding:1.25rem 1.25rem 4rem}}
@media(max-width:40rem){h1{font-size:1.6rem}td{min-width:6.5rem}td code{overflow-wrap:anywhere}.stack thead{position:absolute;left:-99rem}.stack table,.stack tbody,.stack tr{display:block}.stack tr{padding:.5rem 0;border-bottom:1px solid var(--line)}.stack tr:last-child{border-bottom:0}.stack td{display:inline;padding:0 .5rem 0 0;border:0}.stack td:first-child{white-space:normal}.stack td:last-child{display:block}}
@media print{nav,.menu,.skip{display:none}.columns{display:block}pre{max-height:none}}
`;
