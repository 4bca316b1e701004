/** The ways of visitors: from the first page to what they came for, by links that are seen, with and without script. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "./chromium.ts";
import { startField, type VisitedField } from "./field.ts";
import { pages } from "./pages.ts";
import { downloadImage, imageNames, type Walk, type WalkOptions, walk } from "./walk.ts";

let field: VisitedField;
let browser: Browser;
let walks: Walk[] = [];

beforeAll(async () => {
  browser = await launchChromium();
  field = await startField();
}, 120_000);

afterEach(async () => {
  for (const { context } of walks) await context.close();
  walks = [];
});

afterAll(async () => {
  await browser?.close();
  await field?.stop();
});

async function begin(path: string, options: WalkOptions): Promise<Walk> {
  const begun = await walk(browser, `${field.service.url}${path}`, options);
  walks.push(begun);
  return begun;
}

/** Throws unless it is a URL of one of the field's mirrors. */
function expectMirror(url: string): void {
  expect(field.lab.mirrors.filter((mirror) => url.startsWith(mirror.url))).toHaveLength(1);
}

/** With and without script, at a desk and on a phone. */
const both = [
  { how: "with script", script: true, width: 1280 },
  { how: "without script", script: false, width: 360 },
] as const;

const images = (page: Page) => page.getByRole("link", { name: /^Download an installation image/ });

describe.each(both)("Debian 13 for a Raspberry Pi, $how", (options) => {
  const wanted = [
    { card: "Debian 13 (trixie)", file: "debian-13.1.0-arm64-netinst.iso" },
    { card: "Raspberry Pi OS 13 (trixie)", file: "2025-10-01-raspios-trixie-arm64-lite.img.xz" },
  ];
  test.each(wanted)(
    "$card: three clicks from the first page to the file",
    async ({ card, file }) => {
      const way = await begin("", options);
      const { page, click, clicks } = way;
      await click(images(page));
      // What arm64 is must be said where it is chosen.
      expect(await page.getByText("arm64 is for a Raspberry Pi").isVisible()).toBe(true);
      const release = page.locator(".picks > li").filter({ hasText: card });
      await click(release.getByRole("link", { name: "arm64", exact: true }));
      const names = await imageNames(page);
      expect(names.every((name) => name.includes("arm64"))).toBe(true);
      expectMirror(await downloadImage(way, file));
      expect(clicks()).toBe(3);
      expect(way.errors).toEqual([]);
    },
  );

  test("the word typed at a PC, whose own architecture leaves nothing of it", async () => {
    const way = await begin("", options);
    const { page, click, clicks } = way;
    await click(images(page));
    await page.getByRole("searchbox").fill("raspberry");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=raspberry/);
    await click(page.getByRole("link", { name: "2 images without amd64 (x86_64)" }));
    expectMirror(await downloadImage(way, "2025-10-01-raspios-trixie-arm64.img.xz"));
    expect(clicks()).toBe(3);
    expect(way.errors).toEqual([]);
  });
});

describe("the filter of images", () => {
  const netinsts = ["debian-13.1.0-amd64-netinst.iso", "debian-edu-13.1.0-amd64-netinst.iso"];
  const count = (page: Page) => page.locator("#results > h2").textContent();

  test("what is typed changes rows, counts and address at once, and Back undoes one choice after the other", async () => {
    const way = await begin("", { script: true });
    const { page, click, loads } = way;
    await click(images(page));
    await page.getByRole("searchbox").waitFor();
    expect(await count(page)).toBe("11 images");
    const before = loads();
    const search = page.getByRole("searchbox");
    await search.pressSequentially("netinst");
    await page.waitForURL(/\?q=netinst&architecture=amd64$/);
    expect(await imageNames(page)).toEqual(netinsts);
    expect(await count(page)).toBe("2 images");
    const types = page.getByRole("combobox", { name: "Type" });
    expect(await types.locator("option").allTextContents()).toEqual([
      "any",
      "installer that fetches packages (netinst) · 2",
    ]);
    // The field keeps the keyboard.
    expect(await search.evaluate((one) => one === document.activeElement)).toBe(true);
    const architectures = page.getByRole("combobox", { name: "Architecture" });
    await architectures.selectOption("arm64");
    await page.waitForURL(/architecture=arm64$/);
    expect(await imageNames(page)).toEqual(netinsts.map((name) => name.replace("amd64", "arm64")));
    expect(loads()).toBe(before);
    await page.reload();
    expect(await imageNames(page)).toEqual(netinsts.map((name) => name.replace("amd64", "arm64")));
    expect(await search.inputValue()).toBe("netinst");
    // The choice, then the whole word at once, then the page before.
    await page.goBack();
    await page.waitForURL(/\?q=netinst&architecture=amd64$/);
    await expect.poll(() => imageNames(page)).toEqual(netinsts);
    expect(await architectures.inputValue()).toBe("amd64");
    await page.goBack();
    await page.waitForURL(/\/images$/);
    await expect.poll(() => count(page)).toBe("11 images");
    expect(await search.inputValue()).toBe("");
    await page.goBack();
    await page.waitForURL(field.service.url);
    await page.goForward();
    await page.waitForURL(/\/images$/);
    await page.goForward();
    await page.goForward();
    await page.waitForURL(/\?q=netinst&architecture=arm64$/);
    await expect.poll(() => imageNames(page)).toHaveLength(2);
    expect(await search.inputValue()).toBe("netinst");
    expect(await architectures.inputValue()).toBe("arm64");
    expect(way.errors).toEqual([]);
  });

  test("a pressed Enter, and leaving the field, end a step that Back undoes", async () => {
    const { page } = await begin("images?architecture=amd64", { script: true });
    const search = page.getByRole("searchbox");
    await search.pressSequentially("debian");
    await page.waitForURL(/q=debian&/);
    await search.press("Enter");
    await search.pressSequentially(" netinst");
    await page.waitForURL(/q=debian\+netinst&/);
    await search.blur();
    await search.focus();
    await search.press("End");
    await search.pressSequentially(" edu");
    await page.waitForURL(/q=debian\+netinst\+edu&/);
    await expect.poll(() => imageNames(page)).toEqual(netinsts.slice(1));
    for (const typed of ["debian netinst", "debian", ""]) {
      await page.goBack();
      await expect.poll(() => search.inputValue()).toBe(typed);
    }
    await expect.poll(() => count(page)).toBe("11 images");
    expect(new URL(page.url()).search).toBe("?architecture=amd64");
  });

  test("without script the form does the same, and Back each step", async () => {
    const { page, click, loads } = await begin("images", { script: false });
    await page.getByRole("searchbox").fill("netinst");
    await click(page.getByRole("button", { name: "Show" }));
    await page.waitForURL(/q=netinst/);
    expect(await imageNames(page)).toEqual(netinsts);
    expect(await count(page)).toBe("2 images");
    await page.getByRole("combobox", { name: "Architecture" }).selectOption("arm64");
    await click(page.getByRole("button", { name: "Show" }));
    await page.waitForURL(/architecture=arm64/);
    expect(await imageNames(page)).toEqual(netinsts.map((name) => name.replace("amd64", "arm64")));
    expect(loads()).toBe(3);
    await page.goBack();
    expect(await imageNames(page)).toEqual(netinsts);
    await page.goBack();
    expect(await count(page)).toBe("11 images");
  });

  test.each(both)(
    "the browser's architecture is chosen, told and removed, $how",
    async (options) => {
      const { page, click, clicks } = await begin("images", options);
      const own = page.getByRole("link", { name: "amd64 (x86_64) – as your browser says" });
      const chosen = page.getByRole("combobox", { name: "Architecture" });
      expect(await chosen.inputValue()).toBe("amd64");
      expect((await imageNames(page)).some((name) => name.includes("arm64"))).toBe(false);
      await click(own);
      await page.waitForURL(/\?architecture=$/);
      expect(clicks()).toBe(1);
      expect(await own.count()).toBe(0);
      expect(await chosen.inputValue()).toBe("");
      expect((await imageNames(page)).some((name) => name.includes("arm64"))).toBe(true);
    },
  );
});

describe.each(both)("a folder, $how", ({ script, width }) => {
  const path = "debian-cd/current/amd64/iso-cd/";
  const names = (page: Page) =>
    page.locator(".list tbody tr:not(.up):visible td:first-child").allTextContents();
  const all = [
    "debian-13.1.0-amd64-netinst.iso",
    "debian-edu-13.1.0-amd64-netinst.iso",
    "SHA256SUMS",
    "SHA256SUMS.sign",
  ];

  test("a search leaves what is named so", async () => {
    const { page, loads } = await begin(path, { script, width });
    expect(await names(page)).toEqual(all);
    await page.getByRole("searchbox").fill("EDU");
    if (!script) {
      await page.keyboard.press("Enter");
      await page.waitForURL(/q=EDU/);
    }
    expect(await names(page)).toEqual(all.slice(1, 2));
    expect(await page.getByRole("status").textContent()).toContain("1");
    expect(loads()).toBe(script ? 1 : 2);
  });

  test("a column's head sorts by it, and then the other way round", async () => {
    const { page, click, loads } = await begin(path, { script, width });
    const head = page.getByRole("columnheader", { name: "Name" });
    expect(await head.getAttribute("aria-sort")).toBe("ascending");
    await click(head.getByRole("link"));
    if (!script) await page.waitForURL(/sort=-name/);
    expect(await head.getAttribute("aria-sort")).toBe("descending");
    expect(await names(page)).toEqual(all.toReversed());
    const size = page.getByRole("columnheader", { name: "Size" });
    await click(size.getByRole("link"));
    if (!script) await page.waitForURL(/sort=size/);
    // Images have 300 KiB, the lists a few hundred bytes.
    expect((await names(page)).slice(2)).toEqual(all.slice(0, 2));
    expect(loads()).toBe(script ? 1 : 3);
  });

  test("5,000 names are found by the form", async () => {
    const { page } = await begin("files/long/", { script, width });
    expect(await names(page)).toHaveLength(1000);
    await page.getByRole("searchbox").fill("package-4321");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=package-4321/);
    expect(await names(page)).toEqual(["package-4321_1.0-1_amd64.deb"]);
  });
});

describe("setting a host up", () => {
  /** The panel that is seen. */
  const shown = (page: Page) => page.locator(".tabs > section:visible");

  test.each(both)("two clicks from the first page to the line, $how", async (options) => {
    const { page, click, clicks } = await begin("", options);
    await click(page.getByRole("link", { name: /^Set up a host/ }));
    await click(page.getByRole("link", { name: "Set up Debian", exact: true }));
    await page.waitForURL(/\/repositories\/debian$/);
    expect(clicks()).toBe(2);
    const line = shown(page).locator("pre").first();
    expect(await line.textContent()).toMatch(/^curl -fsS http:\/\/\S+\/setup\/debian \| sh/);
    expect(await shown(page).count()).toBe(1);
    const tab = page.getByText("apt", { exact: true }).first();
    await click(tab);
    expect(await shown(page).locator("pre").first().textContent()).toContain("Types: deb");
    expect(await shown(page).count()).toBe(1);
  });

  test.each(both)("tabs follow the arrow keys, $how", async (options) => {
    const { page } = await begin("repositories/debian", options);
    await page.getByRole("radio").first().focus();
    const first = await shown(page).getAttribute("aria-label");
    await page.keyboard.press("ArrowRight");
    expect(await shown(page).getAttribute("aria-label")).not.toBe(first);
    await page.keyboard.press("ArrowLeft");
    expect(await shown(page).getAttribute("aria-label")).toBe(first);
  });

  test("the button copies what is shown", async () => {
    const { page, click } = await begin("repositories/debian", { script: true });
    const figure = shown(page).locator("figure").first();
    const text = await figure.locator("pre").textContent();
    await click(figure.getByRole("button", { name: "Copy" }));
    await figure.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
  });

  test("rows that the filter brought have their buttons too", async () => {
    const { page, click } = await begin("images", { script: true });
    await page.getByRole("searchbox").fill("edu");
    await page.waitForURL(/q=edu/);
    await click(page.getByText("Check it, torrent, mirrors").first());
    const figure = page.locator(".images figure").first();
    const text = await figure.locator("pre").textContent();
    await click(figure.getByRole("button", { name: "Copy" }));
    await figure.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
  });
});

describe.each(both)("the other language, $how", ({ script, width }) => {
  const chinese = (page: Page) => page.getByRole("link", { name: "中文" });

  test("keeps the page and its filters, and the way back", async () => {
    const { page, click } = await begin("images", { script, width });
    await page.getByRole("searchbox").fill("netinst");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=netinst/);
    const names = await imageNames(page);
    await click(chinese(page));
    await page.waitForURL(/lang=zh/);
    expect(await page.locator("html").getAttribute("lang")).toMatch(/^zh/);
    expect(await page.getByRole("searchbox").inputValue()).toBe("netinst");
    expect(await imageNames(page)).toEqual(names);
    // What is filtered next is in that language too.
    await page.getByRole("searchbox").fill("edu");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=edu/);
    expect(await page.locator("html").getAttribute("lang")).toMatch(/^zh/);
    expect(await imageNames(page)).toEqual(["debian-edu-13.1.0-amd64-netinst.iso"]);
    await click(page.getByRole("link", { name: "English" }));
    await page.waitForURL(/lang=en/);
    expect(await imageNames(page)).toEqual(["debian-edu-13.1.0-amd64-netinst.iso"]);
  });

  test("keeps a folder's search, and goes along into other folders", async () => {
    const { page, click } = await begin("debian-cd/current/amd64/iso-cd/", { script, width });
    await page.getByRole("searchbox").fill("edu");
    if (!script) await page.keyboard.press("Enter");
    await page.waitForURL(/q=edu$/);
    await click(chinese(page));
    await page.waitForURL((url) => /q=edu/.test(url.search) && /lang=zh/.test(url.search));
    expect(await page.locator(".list tbody tr:not(.up)").count()).toBe(1);
    await click(page.getByRole("link", { name: "current", exact: true }));
    await page.waitForURL(/\/debian-cd\/current\/\?lang=zh/);
    await click(page.getByRole("link", { name: "arm64/", exact: true }));
    await page.waitForURL(/\/current\/arm64\/\?lang=zh/);
  });
});

// The API's page is in English alone, as the API is.
const translated = pages.filter(
  ({ path, isLong }) => !path.includes("lang=") && !isLong && path !== "api/",
);

test.each(translated)(
  "$name: the other language is the same page of the same state",
  async ({ path, status = 200 }) => {
    const { page, click } = await begin(path, { script: false });
    const asked = new URL(page.url());
    const [answer] = await Promise.all([
      page.waitForResponse((one) => one.request().isNavigationRequest()),
      click(page.getByRole("link", { name: "中文" })),
    ]);
    await page.waitForURL(/lang=zh/);
    expect(answer.status()).toBe(status);
    expect(await page.locator("html").getAttribute("lang")).toMatch(/^zh/);
    const is = new URL(page.url());
    expect(is.pathname).toBe(asked.pathname);
    is.searchParams.delete("lang");
    expect([...is.searchParams]).toEqual([...asked.searchParams]);
  },
);

/** What has the keyboard's focus: its text, and whether it is to be seen, with a mark of the focus. */
function focused(page: Page): Promise<{ text: string; isSeen: boolean; isMarked: boolean }> {
  return page.evaluate(() => {
    const one = document.activeElement;
    if (one === null) return { text: "", isSeen: false, isMarked: false };
    // A tab's radio button is hidden, and its label is marked.
    const marked = one.matches(".tabs > input") ? one.nextElementSibling : one;
    const { outlineStyle, outlineWidth } = getComputedStyle(marked ?? one);
    const box = (marked ?? one).getBoundingClientRect();
    return {
      text: (one.textContent ?? "").trim(),
      isSeen:
        box.width > 1 &&
        box.right > 0 &&
        box.left < innerWidth &&
        box.bottom > 0 &&
        box.top < innerHeight,
      isMarked: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2,
    };
  });
}

/** Stops of the Tab key that are looked at: past the header, the filter and a few rows. */
const stops = 40;

describe.each(["", "images", "repositories/debian", "mirrors", "debian-cd/current/amd64/iso-cd/"])(
  "/%s by keyboard",
  (path) => {
    test("Tab comes to the link past the header first, which leads there", async () => {
      const { page } = await begin(path, { script: true });
      await page.keyboard.press("Tab");
      expect(await focused(page)).toEqual({
        text: "Skip to content",
        isSeen: true,
        isMarked: true,
      });
      await page.keyboard.press("Enter");
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
    });

    test.each([360, 1280])("the focus is seen wherever it is, %i px", async (width) => {
      const { page } = await begin(path, { script: true, width });
      const hidden: string[] = [];
      for (let stop = 0; stop < stops; stop++) {
        await page.keyboard.press("Tab");
        const { text, isSeen, isMarked } = await focused(page);
        if (await page.evaluate(() => document.activeElement === document.body)) break;
        if (!isSeen || !isMarked) hidden.push(`${stop}: ${text}`);
      }
      expect(hidden).toEqual([]);
    });
  },
);
