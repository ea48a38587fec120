/** How the page looks: one column, the contents beside it where there is room, light or dark as the reader's screen is. */
export const style = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d8dee4;--ground:#fff;--shade:#f6f8fa;--accent:#0b57a4}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--line:#30363d;--ground:#0d1117;--shade:#161b22;--accent:#6cb2ff}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;color:var(--ink);background:var(--ground);font:16px/1.55 system-ui,sans-serif}
a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:2px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;padding:.5rem 1rem;background:var(--ground);z-index:1}
.page{display:grid;grid-template:auto 1fr/17rem minmax(0,1fr);max-width:84rem;margin:0 auto}
header{grid-area:1/2;padding:2rem 2.5rem 0;min-width:0}
nav{grid-area:1/1/3/2;position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;padding:2rem 1rem 2rem 1.5rem;font-size:.875rem;border-right:1px solid var(--line)}
nav ul{list-style:none;margin:.25rem 0 0;padding:0}
nav div{margin-bottom:1rem;break-inside:avoid}
nav li{margin:.15rem 0;overflow-wrap:anywhere}
nav a{text-decoration:none}
nav a:hover,nav a:focus{text-decoration:underline}
main{grid-area:2/2;padding:0 2.5rem 6rem;min-width:0}
h1{font-size:2rem;line-height:1.2;margin:0 0 .5rem}
h2{font-size:1.5rem;margin:3rem 0 .5rem;padding-top:1.5rem;border-top:1px solid var(--line)}
h3{font-size:1.15rem;margin:0 0 .5rem}
h3 a{color:inherit;text-decoration:none}
h3 a:hover{text-decoration:underline}
h4{font-size:.8rem;letter-spacing:.04em;text-transform:uppercase;color:var(--soft);margin:1.5rem 0 .5rem}
p{margin:.5rem 0}
header p,.operation>p,.schema>p,main>p{max-width:46rem}
.lead{color:var(--soft);font-size:1.1rem}
.operation,.schema{margin:2rem 0;padding:1.25rem 1.5rem;border:1px solid var(--line);border-radius:.5rem}
.operation:target,.schema:target{border-color:var(--accent);box-shadow:0 0 0 1px var(--accent)}
.route b{display:inline-block;margin-right:.5rem;padding:.05rem .5rem;border-radius:.25rem;font-size:.8rem;letter-spacing:.03em;color:var(--ground);background:var(--accent)}
.route code{font-size:1rem;background:none}
code,pre{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
code{padding:.1em .3em;border-radius:.25rem;background:var(--shade);overflow-wrap:anywhere}
pre{margin:.75rem 0;padding:.75rem 1rem;overflow:auto;max-height:28rem;border:1px solid var(--line);border-radius:.375rem;background:var(--shade)}
pre code{padding:0;background:none;overflow-wrap:normal}
.wide{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:.9rem}
th{text-align:left;font-weight:600;color:var(--soft)}
th,td{padding:.4rem .75rem .4rem 0;vertical-align:top;border-bottom:1px solid var(--line)}
tr:last-child td{border-bottom:0}
td b{font-weight:600;font-size:.85em}
td:first-child{white-space:nowrap}
td:last-child{min-width:16rem}
td p{margin:0}
.values{display:flex;flex-wrap:wrap;gap:.25rem;max-width:22rem}
.values code{overflow-wrap:normal;white-space:nowrap}
.content{list-style:none;margin:.25rem 0;padding:0}
.content li{margin:.15rem 0}
summary{cursor:pointer;color:var(--accent);font-size:.875rem}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@media(max-width:56rem){.page{display:block}header,main{padding:1.25rem}nav{position:static;max-height:none;columns:2 10rem;padding:1.25rem;border:solid var(--line);border-width:1px 0}main{padding-top:0}.operation,.schema{margin:1.25rem 0;padding:1rem}}
@media(max-width:40rem){thead{position:absolute;left:-99rem}table,tbody,tr{display:block}tr{padding:.5rem 0;border-bottom:1px solid var(--line)}tr:last-child{border-bottom:0}td{display:inline;padding:0 .5rem 0 0;border:0}td:last-child{display:block}}
@media print{nav{display:none}.page{display:block}pre{max-height:none}}
`;
