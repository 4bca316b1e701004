/** What all pages share: their style, and the headers they are sent with. */

export const style = `
:root{color-scheme:light dark;--edge:light-dark(#d5d9e0,#3a404a);--soft:light-dark(#f4f6f8,#1d2127);--quiet:light-dark(#59636e,#9aa4b0)}
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2.5rem 0 .25rem}
p{margin:.5rem 0}.quiet,figcaption{color:var(--quiet);font-size:.875rem}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--edge)}
nav{margin:1.5rem 0;display:flex;flex-wrap:wrap;gap:.5rem}
nav a{border:1px solid var(--edge);border-radius:.375rem;padding:.2rem .65rem;text-decoration:none;color:inherit}
figure{margin:.75rem 0}pre{margin:.25rem 0;padding:.75rem 1rem;overflow:auto;background:var(--soft);border:1px solid var(--edge);border-radius:.375rem;font:13px/1.5 ui-monospace,monospace}
`;

/**
 * A page loads nothing, and runs no script but one that it allows by its hash, as `/` does. `default-src` doesn't stand
 * in for the last three (CSP 3, section 6): nobody frames a page whose lines are run as root, or says what they mean.
 */
export const pageHeaders = {
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "no-cache",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
};
