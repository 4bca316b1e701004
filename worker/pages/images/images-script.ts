/**
 * Makes the filter instant: what is typed or chosen is asked for at once, and the parts of the page that changed take the
 * place of the former. Without it the form is sent by its button. `copyButtons` is the frame's.
 *
 * Options go over as text: each that is moved out of a select leaves the next one chosen there, and all arrive chosen.
 */
export const imagesScript = `
const form = document.querySelector("form.filter");
let asking, waiting;
const shown = async (url) => {
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
    history.replaceState(null, "", url);
  } catch (error) {
    if (error.name !== "AbortError") form.submit();
  }
};
if (form) {
  const ask = (ms) => {
    clearTimeout(waiting);
    const query = new URLSearchParams(new FormData(form));
    for (const [name, value] of [...query]) if (value === "" && name !== "architecture") query.delete(name);
    waiting = setTimeout(shown, ms, "/images?" + query);
  };
  form.addEventListener("input", (event) => ask(event.target.name === "q" ? 150 : 0));
  form.addEventListener("submit", (event) => { event.preventDefault(); ask(0); });
}
`;
