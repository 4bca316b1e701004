/** Pages used by keyboard alone: what has the focus is seen to have it, and nothing is clicked. */
import type { Locator, Page } from "playwright-core";

/** Steps to any control of a page at most: a list of a hundred mirrors has two in each row. */
const maxSteps = 400;

/** Presses Tab until the control has the focus. Throws where none leads there, or where the focus isn't seen. */
export async function tabTo(page: Page, control: Locator): Promise<void> {
  await control.waitFor({ state: "visible" });
  for (let step = 0; step < maxSteps; step += 1) {
    if (await control.evaluate((one) => one === document.activeElement)) {
      await seen(control);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`No Tab leads to ${control}.`);
}

/** Goes there and writes in place of what there is. */
export async function write(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.keyboard.type(text);
}

/** Goes to a button or a link and presses it; waits for the page that comes. */
export async function press(page: Page, control: Locator, key = "Enter"): Promise<void> {
  await tabTo(page, control);
  await Promise.all([page.waitForEvent("load"), page.keyboard.press(key)]);
}

async function seen(control: Locator): Promise<void> {
  const outline = await control.evaluate((one) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    return outlineStyle === "none" ? 0 : Number.parseFloat(outlineWidth);
  });
  if (outline < 2) throw new Error(`The focus isn't seen on ${control}.`);
}
