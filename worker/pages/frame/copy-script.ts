/**
 * Gives each text to copy (`figure pre`) a button; without scripts there is none. Words are the page's
 * (`data-copy="Copy|Copied|Selected"` on the body), so that the script is one for all languages, with one hash.
 *
 * Only pages over https, or on this machine, have the clipboard: elsewhere the text is selected and copied the old way.
 */
export const copyScript = `
const [copy, copied, selected] = (document.body.dataset.copy ?? "Copy|Copied|Selected").split("|");
for (const pre of document.querySelectorAll("figure pre")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = copy;
  button.onclick = async () => {
    const told = (text) => {
      button.textContent = text;
      setTimeout(() => { button.textContent = copy; }, 2000);
    };
    try {
      await navigator.clipboard.writeText(pre.textContent);
      told(copied);
    } catch {
      getSelection().selectAllChildren(pre);
      told(document.execCommand("copy") ? copied : selected);
    }
  };
  pre.before(button);
}
`;
