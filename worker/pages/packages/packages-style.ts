/** Rules of the pages of packages, behind those of all pages. */
export const packagesStyle = `
.find{margin:1rem 0}.ask{display:flex;gap:.5rem}.ask input{flex:1;min-width:0;font-size:1.125rem;padding:.5rem .75rem}.ask button{padding:.5rem 1rem}
.find fieldset{border:0;margin:.625rem 0 .5rem;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1rem;min-width:0}.find legend{float:left;padding:0;margin-right:1rem;color:var(--quiet);font-size:.875rem;line-height:1.7}.find fieldset label,.find details label{font-size:.9375rem}
.filters{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,13rem),1fr));gap:.5rem .75rem;margin:.5rem 0}.filters label{display:block;color:var(--quiet)}.filters select{width:100%;color:var(--text);font-size:1rem}
.chips{display:flex;flex-wrap:wrap;gap:.375rem;margin:.5rem 0;padding:0;list-style:none;max-width:none}
.chips a{display:inline-block;padding:.25rem .625rem;border:1px solid var(--edge);border-radius:1rem;background:var(--soft);color:var(--text);text-decoration:none;overflow-wrap:anywhere}.chips a:hover{border-color:var(--quiet);text-decoration:underline}
.tries{padding:0;list-style:none}.tries li{padding:.25rem 0}.tries a{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;margin-right:.5rem}
.count{color:var(--quiet);margin:1rem 0 0}
.version{color:var(--quiet);font-weight:400;font-size:.9375rem;overflow-wrap:anywhere}
.exact h2{margin-top:1rem}.exact .card{border:2px solid var(--brand);min-width:0}.exact .card h3{font-size:1.25rem;overflow-wrap:anywhere}.exact pre{margin-top:.5rem}
.exact .cards{grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr))}.exact .card:only-child{grid-column:1/-1}
.packages{padding:0;list-style:none;max-width:none}.packages>li{border-top:1px solid var(--edge);padding:.625rem 0}.packages h3{margin:0;font-size:1.0625rem;overflow-wrap:anywhere}.packages p,.why{margin:.125rem 0;max-width:none;overflow-wrap:anywhere}.why{font-size:.875rem}
.answered{margin:1.5rem 0 .5rem}.states li{margin:.375rem 0;font-size:.875rem;overflow-wrap:anywhere}
pre{white-space:pre-wrap;overflow-wrap:anywhere}
.crumbs{margin:0;font-size:.9375rem}
.relations dd,.names{overflow-wrap:anywhere}.relations dd li,.names li{display:inline-block;margin:0 .75rem .25rem 0}.relations ul,.names{margin:0;padding:0;list-style:none;max-width:none}
.paths{font-size:.875rem;padding:0;list-style:none;max-width:none;columns:24rem auto;column-gap:2rem}.paths li{overflow-wrap:anywhere;break-inside:avoid}.paths a{color:inherit;text-decoration:none}.paths a:hover{text-decoration:underline}
td{overflow-wrap:anywhere;min-width:4.5rem}@media(max-width:30rem){.scroll time{white-space:normal}}
`;
