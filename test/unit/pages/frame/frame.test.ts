import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { html, raw, sentence } from "../../../../worker/http/html.ts";
import { languageAccepted } from "../../../../worker/pages/frame/choose-language.ts";
import { documentOf } from "../../../../worker/pages/frame/document.ts";
import { HeldPages } from "../../../../worker/pages/frame/held-pages.ts";
import { shownIn } from "../../../../worker/pages/frame/shown.ts";
import { style } from "../../../../worker/pages/frame/style.ts";
import { href, otherLanguage, type Visit, visitOf } from "../../../../worker/pages/frame/visit.ts";

function visit(query = "", accept = "", takes: string[] = []): Visit {
  const headers = new Headers(accept === "" ? {} : { "Accept-Language": accept });
  const made = visitOf({ path: "/mirrors/a%20b", query, takes, headers });
  if (typeof made === "string") throw new Error(made);
  return made;
}

describe("html", () => {
  it("escapes texts in content and attributes, and nothing twice", () => {
    const hostile = `"><script>alert('&')</script>`;
    const made = html`<a title="${hostile}">${hostile}${html`<b>${1}</b>`}${[false, undefined, "<"]}</a>`;
    const safe = "&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;";
    expect(made.text).toBe(`<a title="${safe}">${safe}<b>1</b>&lt;</a>`);
  });

  it("puts markup where a sentence says, and escapes the sentence", () => {
    const made = sentence("{b} < {a} & {constructor}", { a: raw("<i>a</i>"), b: "<b>" });
    expect(made.text).toBe("&lt;b&gt; &lt; <i>a</i> &amp; {constructor}");
  });
});

describe("language", () => {
  it.each([
    [null, "en"],
    ["", "en"],
    ["zh-CN,zh;q=0.9,en;q=0.8", "zh"],
    ["zh-TW", "zh"],
    ["ZH", "zh"],
    ["en-US,en;q=0.9,zh;q=0.8", "en"],
    ["en;q=0.5, zh;q=0.7", "zh"],
    ["fr, de;q=0.9, zh;q=0.1", "zh"],
    ["fr, de", "en"],
    ["zh;q=0, en;q=0.1", "en"],
    ["zh;q=0", "en"],
    ["*", "en"],
    ["*;q=0.5, zh", "zh"],
    ["zh;q=odd", "zh"],
    ["constructor, __proto__", "en"],
    [`${"fr,".repeat(50)}zh`, "en"],
  ])("%j asks for %s", (header, language) => {
    expect(languageAccepted(header)).toBe(language);
  });

  it("is the link's before the browser's, and links keep it", () => {
    expect(visit("", "zh").language).toBe("zh");
    expect(href(visit("", "zh"), "/about")).toBe("/about");
    const chosen = visit("lang=en", "zh");
    expect(chosen.language).toBe("en");
    expect(href(chosen, "/about#data")).toBe("/about?lang=en#data");
    expect(href(chosen, "/images?q=a")).toBe("/images?q=a&lang=en");
  });

  it("other languages have the same page, with what the page takes of the query", () => {
    const asked = visit("lang=en&q=a%26b&evil=%22", "", ["q"]);
    expect(otherLanguage(asked, "zh")).toBe("/mirrors/a%20b?q=a%26b&lang=zh");
  });

  it("that there isn't is told with those that there are", () => {
    const told = visitOf({ path: "/", query: "lang=constructor", headers: new Headers() });
    expect(told).toBe("lang=constructor is none of en, zh.");
  });
});

describe("numbers and times", () => {
  const en = shownIn("en");
  const zh = shownIn("zh");
  const moment = Date.UTC(2026, 10, 30, 9, 5);

  it("are written as the language does", () => {
    expect(en.moment(moment)).toBe("30 Nov 2026, 09:05 UTC");
    expect(zh.moment(moment)).toBe("2026年11月30日 09:05 UTC");
    expect([en.duration(7_200_000), zh.duration(7_200_000)]).toEqual(["2 hours", "2小时"]);
    expect([en.duration(60_000), en.duration(5 * 86_400_000)]).toEqual(["60 seconds", "5 days"]);
    expect([en.country("DE"), zh.country("DE"), en.country("zzz")]).toEqual([
      "Germany",
      "德国",
      "zzz",
    ]);
    expect([en.size(1023), en.size(1_474_560), en.number(1_234_567)]).toEqual([
      "1023 B",
      "1.4 MiB",
      "1,234,567",
    ]);
  });

  it("never say that all was well where it nearly was", () => {
    expect(en.share(0.99996)).toBe("99.99%");
    expect(en.share(1)).toBe("100%");
  });
});

describe("a document", () => {
  const hostile = `</title><script>alert(1)</script>`;
  const { text, headers } = documentOf(visit("", "zh"), {
    title: hostile,
    main: html`<h1>${hostile}</h1>`,
    style: "p{color:red}",
    scripts: ["console.log(1)"],
  });

  it("has its language, landmarks and a way past the navigation", () => {
    expect(text).toContain('<html lang="zh-CN">');
    expect(headers["Content-Language"]).toBe("zh-CN");
    for (const one of ["<header>", "<nav aria-label=", '<main id="main"', "<footer>"]) {
      expect(text.split(one)).toHaveLength(2);
    }
    expect(text.indexOf('href="#main"')).toBeLessThan(text.indexOf("<header>"));
    expect(text).toContain('<a href="/mirrors" aria-current="true">');
    expect(text).not.toContain(hostile);
  });

  it("varies by what decided, and only by that", () => {
    expect(headers.Vary).toBe("Accept-Language");
    expect(documentOf(visit("lang=zh"), { main: html`` }).headers).not.toHaveProperty("Vary");
  });

  it("allows exactly the styles and scripts that it has", () => {
    const policy = headers["Content-Security-Policy"] ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    const sources = (tag: string) =>
      [...text.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, "g"))].map(
        ([, inside = ""]) => `'sha256-${createHash("sha256").update(inside).digest("base64")}'`,
      );
    expect(sources("script")).toHaveLength(2);
    expect(policy).toContain(`script-src ${sources("script").join(" ")};`);
    expect(policy).toContain(`style-src ${sources("style").join(" ")};`);
  });

  it("links to those whose licence asks for it, on every page", () => {
    for (const url of ["https://db-ip.com/", "https://www.geonames.org/", "https://www.nro.net/"]) {
      expect(text).toContain(`<a href="${url}">`);
    }
  });
});

describe("held pages", () => {
  const asked = { path: "/", query: "", base: "https://near.example/" };
  const request = (headers = {}) => ({ headers: new Headers(headers) });

  it("are made once in their time, for each language and host", async () => {
    const held = new HeldPages();
    let made = 0;
    const get = (now: number, more = {}, headers = {}) =>
      held.answer({ ...asked, request: request(headers), now, ...more }, () => {
        made++;
        return { main: html`<p>${made}</p>` };
      });
    const first = await get(0);
    expect([made, first.status]).toEqual([1, 200]);
    const text = await first.text();
    expect(await (await get(1999)).text()).toBe(text);
    expect(made).toBe(1);
    await get(1999, { query: "odd=1" });
    expect(made).toBe(1);
    await get(1999, {}, { "Accept-Language": "zh" });
    await get(1999, { base: "https://other.example/" });
    await get(1999, { query: "lang=en" });
    expect(made).toBe(4);
    await get(2000);
    expect(made).toBe(5);
    const etag = first.headers.get("ETag") ?? "";
    const again = await get(2001, { base: "x" }, { "If-None-Match": etag });
    expect(again.status).toBe(200);
  });

  it("answer 304 to those who have them", async () => {
    const held = new HeldPages();
    const make = () => ({ main: html`<p>a</p>` });
    const first = await held.answer({ ...asked, request: request(), now: 0 }, make);
    const etag = first.headers.get("ETag") ?? "";
    expect(first.headers.get("Content-Length")).toBe(String((await first.bytes()).byteLength));
    const known = request({ "If-None-Match": etag });
    const again = await held.answer({ ...asked, request: known, now: 0 }, make);
    expect([again.status, again.headers.get("ETag"), await again.text()]).toEqual([304, etag, ""]);
  });

  it("are bounded, and pass on what is no page", async () => {
    const held = new HeldPages();
    const big = "x".repeat(1024 * 1024);
    let made = 0;
    const get = (base: string) =>
      held.answer({ ...asked, request: request(), base, now: 0 }, () => {
        made++;
        return { main: html`${big}` };
      });
    for (const base of ["1", "2", "3", "4", "5", "5"]) await get(base);
    expect(made).toBe(5);
    await get("1");
    expect(made).toBe(6);
    const gone = () => new Response("no", { status: 404 });
    const answer = await held.answer({ ...asked, request: request(), base: "6", now: 0 }, gone);
    expect(answer.status).toBe(404);
  });
});

describe("contrast", () => {
  /** WCAG 2.2, relative luminance of `#rgb` or `#rrggbb`. */
  function luminance(colour: string): number {
    const digits = colour.length === 4 ? colour.replace(/[\da-f]/g, "$&$&") : colour;
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const value = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }
  function contrast(one: string, other: string): number {
    const [less = 0, more = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (more + 0.05) / (less + 0.05);
  }
  const themes = [...style.matchAll(/:root\{([^}]*)\}/g)].map(([, rules = ""]) =>
    Object.fromEntries([...rules.matchAll(/--(\w+):(#[\da-f]+)/g)].map(([, k, v]) => [k, v])),
  );

  it("is at least 4.5 for all texts, in both themes", () => {
    expect(themes).toHaveLength(2);
    for (const theme of themes) {
      for (const text of ["text", "quiet", "link", "brand", "good", "warn", "bad"]) {
        for (const ground of ["page", "soft"]) {
          const found = contrast(theme[text] ?? "", theme[ground] ?? "");
          expect(found, `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
        }
      }
    }
    expect(contrast("#000", "#fff")).toBeCloseTo(21);
  });
});
