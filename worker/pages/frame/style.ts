/**
 * The one stylesheet of all pages. It stands inline in each page, known to the policy by its hash: below 3 KB gzipped, it
 * costs less than a second request before the first paint would, and a page that was made by an older isolate never
 * asks a newer one for a file that the newer one doesn't have.
 *
 * Colours are variables of the theme: text on `--page` and on `--soft` has a contrast of at least 4.5 in both themes,
 * which a test computes. A page's own rules go behind these (`Page.style`), and use the variables alone.
 *
 * What pages may use: `.quiet` (less important), `.lead`, `.card` in a `.cards` grid, `.note` (a boxed remark), `.tabs`
 * (see `tabs.ts`), `.state` with `.up .degraded .down .unknown`, `.scroll` (a wide table scrolls by itself), `.n` (a
 * number's cell), `.only` (for screen readers alone), `figure` with `pre` (a text to copy).
 */
export const style = `
:root{color-scheme:light dark;--page:#fff;--text:#1b1f24;--quiet:#57606a;--edge:#d3d9e0;--soft:#f5f7f9;--link:#0a58ca;--brand:#8a1c7c;--good:#17692d;--warn:#835200;--bad:#b91c28;--focus:#0a58ca}
@media(prefers-color-scheme:dark){:root{--page:#15181c;--text:#e4e8ed;--quiet:#a2acb8;--edge:#3a424c;--soft:#1e2329;--link:#8ab8ff;--brand:#f09be4;--good:#6fd68a;--warn:#e6b450;--bad:#ff8a84;--focus:#8ab8ff}}
*,::before,::after{box-sizing:border-box}
html{background:var(--page);color:var(--text);scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;margin:0;overflow-wrap:break-word}
body>header,main,body>footer{max-width:66rem;margin:0 auto;padding:0 1rem}
body>header{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem 1.25rem;padding-top:.75rem;padding-bottom:.75rem}
body>header nav{display:flex;flex-wrap:wrap;gap:.125rem;flex:1}
body>header nav a,.languages a{padding:.375rem .625rem;border-radius:.375rem;color:var(--text);text-decoration:none}
body>header nav a:hover,.languages a:hover{background:var(--soft);text-decoration:underline}
body>header nav a[aria-current]{font-weight:600;background:var(--soft)}
.brand{font-weight:700;font-size:1.125rem;color:var(--text);text-decoration:none;display:inline-flex;gap:.5rem;align-items:center;padding:.375rem 0}
.brand svg{width:1.25rem;height:1.25rem;color:var(--brand)}
main{padding-top:1rem;padding-bottom:2rem;min-height:60vh}
main:focus{outline:0}
body>footer{border-top:1px solid var(--edge);padding-top:1rem;padding-bottom:2rem;color:var(--quiet);font-size:.875rem}
body>footer p{margin:.375rem 0}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible,summary:focus-visible,[tabindex]:focus-visible,.tabs input:focus-visible+label{outline:3px solid var(--focus);outline-offset:2px;border-radius:.25rem}
.skip{position:absolute;left:-999rem;top:0;padding:.5rem 1rem;background:var(--page);z-index:2}.skip:focus{left:0}
.only{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
h1{font-size:1.75rem;line-height:1.25;margin:.5rem 0;overflow-wrap:anywhere}h2{font-size:1.25rem;line-height:1.3;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1.25rem 0 .25rem}
p,ul,ol,dl{margin:.5rem 0;max-width:46rem}ul,ol{padding-left:1.5rem}
.lead{font-size:1.125rem;max-width:46rem}.quiet,figcaption,caption{color:var(--quiet);font-size:.875rem}
code,pre,kbd{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.875em}
code{overflow-wrap:anywhere}
pre{margin:.25rem 0;padding:.75rem 1rem;overflow:auto;background:var(--soft);border:1px solid var(--edge);border-radius:.375rem;line-height:1.5;font-size:.8125rem}
figure{margin:.75rem 0;position:relative}figure p{margin:.25rem 0}
button,.button{font:inherit;cursor:pointer;color:var(--text);background:var(--soft);border:1px solid var(--edge);border-radius:.375rem;padding:.375rem .75rem;text-decoration:none;display:inline-block}
button:hover,.button:hover{border-color:var(--quiet)}
figure>button{position:absolute;right:0;top:-.25rem;font-size:.8125rem;padding:.125rem .625rem}figure:has(>button) figcaption{padding-right:6rem}
input[type=search],input[type=text],select{font:inherit;color:var(--text);background:var(--page);border:1px solid var(--quiet);border-radius:.375rem;padding:.375rem .625rem;max-width:100%}
.scroll{overflow-x:auto}.scroll time{white-space:nowrap}
table{border-collapse:collapse;width:100%;font-size:.9375rem}caption{text-align:left;padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.375rem .75rem .375rem 0;border-bottom:1px solid var(--edge)}
thead th{color:var(--quiet);font-weight:400;font-size:.875rem}tbody th{font-weight:400}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:.75rem;margin:1rem 0;padding:0;list-style:none;max-width:none}
.card{border:1px solid var(--edge);border-radius:.5rem;padding:.875rem 1rem}.card h2,.card h3{margin:0 0 .25rem;font-size:1.0625rem}.card p{margin:.25rem 0}
.note{padding:.625rem .875rem;background:var(--soft);border:1px solid var(--edge);border-left:.25rem solid var(--warn);border-radius:.375rem;max-width:46rem}
.state{white-space:nowrap;color:var(--quiet)}.state::before{content:"";display:inline-block;width:.625em;height:.625em;margin-right:.4em;border-radius:50%;background:currentcolor}
.state.up,.good{color:var(--good)}.state.degraded,.warn{color:var(--warn)}.state.degraded::before{border-radius:0;clip-path:polygon(50% 0,100% 100%,0 100%)}.state.down,.bad{color:var(--bad)}.state.down::before{border-radius:0}.state.unknown::before{background:none;border:2px solid currentcolor}
dl.facts{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.25rem 1rem}dl.facts dt{color:var(--quiet)}dl.facts dd{margin:0;min-width:0}
.tabs{display:flex;flex-wrap:wrap;margin:1rem 0}
.tabs>input{position:absolute;opacity:0;pointer-events:none}
.tabs>label{order:1;padding:.5rem .875rem;border-bottom:3px solid transparent;cursor:pointer;color:var(--quiet)}
.tabs>label:hover{color:var(--text)}.tabs>input:checked+label{color:var(--text);font-weight:600;border-bottom-color:var(--brand)}
.tabs>section{order:2;display:none;width:100%;min-width:0;border-top:1px solid var(--edge);padding-top:.5rem;margin-top:-1px}.tabs>input:checked+label+section{display:block}
summary{cursor:pointer}
@media(max-width:40rem){body>header nav{order:1;flex-basis:100%}.languages{margin-left:auto}body>header nav a:first-child{margin-left:-.625rem}}
@media(max-width:30rem){pre{white-space:pre-wrap;overflow-wrap:anywhere}h1{font-size:1.4rem}dl.facts{grid-template-columns:1fr;gap:0}dl.facts dd{margin-bottom:.5rem}}
@media(prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media print{body>header nav,.languages,.skip,button{display:none}.tabs>section{display:block}}
`;
