/**
 * Makes the filter instant: what is typed or chosen is asked for at once, and the parts of the page that changed take the
 * place of the former. Without it the form is sent by its button. `copyButtons` is the frame's.
 *
 * Back undoes a step: a choice in a list, or all that was typed until the field was left or Enter pressed. An entry is
 * made when the step is first shown, and what follows in the step takes its place.
 *
 * Options go over as text: each that is moved out of a select leaves the next one chosen there, and all arrive chosen.
 */
export const imagesScript = `
const form = document.querySelector("form.filter");
let asking, waiting, typing;
const here = () => location.pathname + location.search;
let at = here();
const shown = async (url, step) => {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(url, { signal: asking.signal });
    if (!answer.ok) throw new Error(answer.status);
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["results", "chosen"]) document.getElementById(id)?.replaceWith(next.getElementById(id) ?? "");
    for (const select of form.querySelectorAll("select")) {
      const other = next.querySelector('select[name="' + select.name + '"]');
      if (other) select.innerHTML = other.innerHTML;
    }
    document.querySelector(".languages")?.replaceWith(next.querySelector(".languages") ?? "");
    copyButtons();
    if (!step) form.q.value = next.querySelector("form.filter").q.value;
    else if (step.isKept || url === at) history.replaceState(null, "", url);
    else { history.pushState(null, "", url); step.isKept = true; }
    at = url;
  } catch (error) {
    if (error.name === "AbortError") return;
    if (step) form.submit();
    else location.reload();
  }
};
if (form) {
  const ask = (step, ms) => {
    clearTimeout(waiting);
    const query = new URLSearchParams(new FormData(form));
    for (const [name, value] of [...query]) if (value === "" && name !== "architecture") query.delete(name);
    waiting = setTimeout(shown, ms, "/images?" + query, step);
  };
  form.addEventListener("input", (event) => {
    if (event.target === form.q) ask(typing ??= {}, 150);
    else { typing = undefined; ask({}, 0); }
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); ask(typing ?? {}, 0); typing = undefined; });
  form.q.addEventListener("change", () => { typing = undefined; });
  addEventListener("popstate", () => {
    if (here() === at) return;
    clearTimeout(waiting);
    typing = undefined;
    shown(here());
  });
}
`;
