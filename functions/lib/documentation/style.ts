/** How the page looks: one column, the contents beside it where there is room, light or dark as the reader's screen is. */
export const style = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d8dee4;--ground:#fff;--shade:#f6f8fa;--accent:#0b57a4}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--line:#30363d;--ground:#0d1117;--shade:#161b22;--accent:#6cb2ff}}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);background:var(--ground);font:16px/1.55 system-ui,sans-serif}
a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:2px}
.page{display:grid;grid-template-columns:17rem minmax(0,1fr);max-width:84rem;margin:0 auto}
nav{position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;padding:2rem 1rem 2rem 1.5rem;font-size:.875rem;border-right:1px solid var(--line)}
nav ul{list-style:none;margin:.25rem 0 1rem;padding:0}
nav li{margin:.15rem 0}
nav a{text-decoration:none}
nav a:hover,nav a:focus{text-decoration:underline}
main{padding:2rem 2.5rem 6rem;min-width:0}
h1{font-size:2rem;line-height:1.2;margin:0 0 .5rem}
h2{font-size:1.5rem;margin:3.5rem 0 .5rem;padding-top:1rem;border-top:1px solid var(--line)}
h3{font-size:1.15rem;margin:0 0 .5rem}
h3 a{color:inherit;text-decoration:none}
h4{font-size:.8rem;letter-spacing:.04em;text-transform:uppercase;color:var(--soft);margin:1.25rem 0 .5rem}
p{margin:.5rem 0}
.lead{color:var(--soft);font-size:1.1rem}
.operation,.schema{margin:2rem 0;padding:1.25rem 1.5rem;border:1px solid var(--line);border-radius:.5rem}
.operation:target,.schema:target{border-color:var(--accent)}
.route{font-size:.95rem}
.route b{display:inline-block;min-width:3.5rem;color:var(--accent)}
code,pre{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
code{padding:.1em .3em;border-radius:.25rem;background:var(--shade);overflow-wrap:anywhere}
pre{margin:.5rem 0;padding:.75rem 1rem;overflow:auto;max-height:28rem;border-radius:.375rem;background:var(--shade)}
pre code{padding:0;background:none;overflow-wrap:normal}
.wide{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:.9rem}
th{text-align:left;font-weight:600;color:var(--soft)}
th,td{padding:.4rem .75rem .4rem 0;vertical-align:top;border-bottom:1px solid var(--line)}
td b{font-weight:600;font-size:.85em}
td:first-child{white-space:nowrap}
td:last-child{min-width:16rem}
.operation td:nth-child(3){max-width:18rem}
.content{list-style:none;margin:.25rem 0;padding:0}
summary{cursor:pointer;color:var(--accent);font-size:.875rem}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@media(max-width:56rem){.page{display:block}nav{position:static;max-height:none;padding:1.25rem;border-right:0;border-bottom:1px solid var(--line)}main{padding:1.25rem}.operation,.schema{padding:1rem}}
`;
