/** Rules of the console's pages, behind those of all pages: one constant, so that the policy knows its hash. */
export const consoleStyle = `
.console{max-width:66rem;margin:0 auto;padding:0 1rem;display:flex;flex-wrap:wrap;gap:.125rem;align-items:center;border-bottom:1px solid var(--edge)}
.console a{padding:.5rem .625rem;color:var(--text);text-decoration:none;border-bottom:3px solid transparent}.console a:hover{text-decoration:underline}
.console a[aria-current]{font-weight:600;border-bottom-color:var(--brand)}.console form{margin-left:auto;display:flex;gap:.5rem;align-items:center;padding:.25rem 0}
form.row,.row{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:end;margin:.75rem 0}form.row label,.field{display:flex;flex-direction:column;gap:.125rem;font-size:.875rem;color:var(--quiet);max-width:100%}
.row input,.row select{min-width:8rem}.row input[list]{min-width:min(100%,16.5rem)}td details{max-width:36rem}fieldset{border:1px solid var(--edge);border-radius:.5rem;margin:1rem 0;padding:.5rem 1rem;min-width:0}legend{padding:0 .375rem;color:var(--quiet)}
input[type=password],input[type=number],input[type=url],input[type=email]{font:inherit;color:var(--text);background:var(--page);border:1px solid var(--quiet);border-radius:.375rem;padding:.375rem .625rem;max-width:100%}
textarea{font:.8125rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;width:100%;color:var(--text);background:var(--page);border:1px solid var(--quiet);border-radius:.375rem;padding:.5rem}
textarea:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
input[type=checkbox],input[type=radio]{width:1.25rem;height:1.25rem;margin:0;accent-color:var(--brand)}
.choice input{flex:none}.button[aria-current]{font-weight:600;border-color:var(--brand);border-width:2px}pre{white-space:pre-wrap;overflow-wrap:anywhere}
.choice{display:flex;gap:.5rem;align-items:center;padding:.25rem 0}
.check{width:2.5rem}td.check label{display:block}fieldset .fields{align-items:end}
.note.done{border-left-color:var(--good)}.note.failed{border-left-color:var(--bad)}td code{font-size:.8125rem}
button.first{background:var(--link);border-color:var(--link);color:var(--page);font-weight:600}button.grave{border-color:var(--bad);color:var(--bad)}
.wrong{color:var(--bad)}input[aria-invalid=true],textarea[aria-invalid=true]{border:2px solid var(--bad)}
.counts{display:flex;flex-wrap:wrap;gap:.375rem;padding:0;list-style:none;max-width:none}.counts a{display:block;padding:.375rem .75rem;border:1px solid var(--edge);border-radius:2rem;color:var(--text);text-decoration:none}.counts a:hover{border-color:var(--quiet)}.counts a[aria-current]{border-color:var(--brand);border-width:2px;font-weight:600}
.fields{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,18rem),1fr));gap:.75rem 1rem;margin:.75rem 0;align-items:start}.fields input,.fields select{width:100%}
.pager{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;margin:1rem 0}
caption .state,.inline{display:inline}
@media(max-width:40rem){
.console form{margin-left:0;width:100%;justify-content:space-between}
button,.button,.row input,.row select,.console a{min-height:2.75rem}.row>label,.row>.field,.row input,.row select{width:100%}.row>button{flex:1 1 auto}.row>div{display:flex;flex-wrap:wrap;gap:.5rem;width:100%}.row>div>button{flex:1}
form.row[role=search]{display:grid;grid-template-columns:1fr 1fr;align-items:end}
.wide{display:none}td.check label{padding:.125rem .5rem .5rem 0}
table.stack thead,.scroll thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}table.stack,.stack tbody,.stack tr,.stack td,.scroll table,.scroll tbody,.scroll tr,.scroll td{display:block}.stack tr,.scroll tr{border-bottom:1px solid var(--edge);padding:.5rem 0}.stack td,.scroll td{border:0;padding:.125rem 0}.stack td.n{text-align:left}.stack td[data-is]:not(:empty)::before{content:attr(data-is) ": ";color:var(--quiet);font-size:.875rem}
}
`;
