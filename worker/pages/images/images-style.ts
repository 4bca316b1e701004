/** Rules of the page of images, behind those of all pages. */
export const imagesStyle = `
.filter{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,9rem),1fr));gap:.5rem .75rem;align-items:end;margin:1rem 0}
.filter label{display:block;font-size:.875rem;color:var(--quiet)}.filter input,.filter select{width:100%;color:var(--text);font-size:1rem}
.filter .words{grid-column:1/-1}
.chips{display:flex;flex-wrap:wrap;gap:.375rem;margin:.5rem 0;padding:0;list-style:none;max-width:none}
.chips a,.picks a{display:inline-block;padding:.25rem .625rem;border:1px solid var(--edge);border-radius:1rem;background:var(--soft);color:var(--text);text-decoration:none}
.chips a:hover,.picks a:hover{border-color:var(--quiet);text-decoration:underline}
.picks h3{margin:0 0 .375rem}.picks p{display:flex;flex-wrap:wrap;gap:.375rem}
.images{padding:0;list-style:none;max-width:none}.images>li{border-top:1px solid var(--edge);padding:.75rem 0}
.images h3{margin:0;font-size:1rem;overflow-wrap:anywhere}.images p{margin:.125rem 0;max-width:none}
.images details{margin-top:.25rem}
`;
