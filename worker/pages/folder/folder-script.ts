/**
 * Makes a listing that is whole on its page quicker to use: names are found while they are typed, and columns sorted
 * without a question to the service; the address and the links to other languages follow. Without it the form and the
 * links do the same. Its order is that of `folder-order.ts` but for signs.
 */
export const folderScript = `
const table = document.querySelector("table[data-whole]");
const field = document.querySelector("form[role=search] input[type=search]");
if (table && field) {
  const body = table.tBodies[0];
  const count = document.querySelector("[data-found]");
  const collator = new Intl.Collator("en", { numeric: true });
  const rows = [...body.rows].filter((row) => !row.classList.contains("up")).map((row) => {
    const [name, size, time] = row.cells;
    const text = name.textContent;
    return {
      row,
      name: text,
      lower: text.toLowerCase(),
      folder: text.endsWith("/"),
      size: Number(size.dataset.size ?? size.dataset.about ?? NaN),
      date: Date.parse(time.firstElementChild?.dateTime),
    };
  });
  const keep = (name, value) => {
    const kept = (address) => {
      const url = new URL(address);
      if (value) url.searchParams.set(name, value);
      else url.searchParams.delete(name);
      return url.href;
    };
    history.replaceState(null, "", kept(location.href));
    for (const link of document.querySelectorAll(".languages a")) link.href = kept(link.href);
  };
  const find = () => {
    const words = field.value.trim().toLowerCase().split(/\\s+/);
    let found = 0;
    for (const { row, lower } of rows) {
      row.hidden = !words.every((word) => lower.includes(word));
      if (!row.hidden) found++;
    }
    if (count) count.textContent = count.dataset.found.replace("{found}", found);
    keep("q", field.value.trim());
  };
  field.addEventListener("input", find);
  for (const link of table.tHead.querySelectorAll("a")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const head = link.closest("th");
      const key = head.dataset.key;
      const turn = head.ariaSort === "ascending" ? -1 : 1;
      for (const one of table.tHead.querySelectorAll("th")) one.removeAttribute("aria-sort");
      head.ariaSort = turn === 1 ? "ascending" : "descending";
      rows.sort((one, other) => {
        if (one.folder !== other.folder) return one.folder ? -1 : 1;
        const byName = collator.compare(one.name, other.name);
        if (key === "name") return turn * byName;
        const [value, otherValue] = [one[key], other[key]];
        if (isNaN(value) || isNaN(otherValue)) return isNaN(value) - isNaN(otherValue) || byName;
        return turn * (value - otherValue) || byName;
      });
      body.append(...rows.map(({ row }) => row));
      keep("sort", (turn === 1 ? "" : "-") + key);
    });
  }
}
`;
