/** The page of a decision: what it shows, in both languages, and that it is the decision of JSON and text. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Trace, TracedMirror } from "../../../../worker/delivery/trace.ts";
import { noSnapshot, unknownOfPast } from "../../../../worker/delivery/trace-past.ts";
import { zh } from "../../../../worker/pages/texts/zh/texts.ts";
import { costBar, costParts } from "../../../../worker/pages/why/cost-bar.ts";
import { traceAnswer, traceForm } from "../../../../worker/pages/why/serve-trace.ts";
import { type WhyQuestion, whyPage } from "../../../../worker/pages/why/why-page.ts";
import { shownText, visitIn } from "../visits.ts";

const ranked = (rank: number, more: Partial<TracedMirror> = {}): TracedMirror => ({
  mirror: `m${rank}.example`,
  country: "DE",
  state: "up",
  rank,
  url: `https://m${rank}.example/debian/pool/a.deb`,
  costMs: 10 * rank,
  cost: { rttMs: 8 * rank, addedMs: 2 * rank, nearness: "none" },
  nearEqual: false,
  proof: "generation",
  generation: 7,
  verdict: rank === 1 ? "is redirected to" : "is a duplicate",
  ...more,
});

const trace: Trace = {
  path: "/debian/pool/a.deb",
  class: "payload",
  file: { size: 71_680, first: 5, sha256: "ab".repeat(32) },
  avoids: [],
  roster: 1,
  demand: { repository: "debian", scheme: "https", family: "ipv4", architecture: "amd64" },
  client: {
    address: "81.2.3.4",
    family: "ipv4",
    scheme: "https",
    country: "DE",
    continent: "EU",
    latitude: 50.1,
    longitude: 8.7,
    asn: 64500,
    placeFrom: "database",
  },
  decision: { redirect: ["m1.example", "m2.example"] },
  mirrors: [
    ...Array.from({ length: 12 }, (_, at) => ranked(at + 1)),
    { mirror: "down.example", country: "FR", state: "down", excluded: "is down" },
    { mirror: "arm.example", state: "up", excluded: "does not carry amd64" },
  ],
};

const question = (more: Partial<Trace> = {}, ip?: string): WhyQuestion => ({
  trace: { ...trace, ...more },
  ip,
  placeOf: () => ({ latitude: 52, longitude: 13, isRough: false }),
  snapshot: "20261129T233457Z-b38deb35",
});
const shown = (more: Partial<Trace> = {}, ip?: string, language: "en" | "zh" = "en") =>
  whyPage(visitIn(language), question(more, ip)).main.text;

describe("the page", () => {
  it("says whom the client was taken for, what is decided, and of which snapshot", () => {
    const text = shownText(shown());
    expect(text).toContain("Redirect to m1.example, m2.example");
    expect(text).toContain("81.2.3.4, over ipv4 and https");
    expect(text).toContain("Germany (50° N, 9° E)");
    expect(text).toContain("AS64500");
    expect(text).toContain("a database of addresses");
    expect(text).toContain("20261129T233457Z-b38deb35");
    expect(text).toContain("listed since generation 5");
  });

  it("shows ten mirrors with bars, the others by name, the excluded by reason with counts", () => {
    const page = shown();
    expect(page.match(/class="bar"/g)).toHaveLength(10);
    const text = shownText(page);
    expect(text).toContain("2 more that could serve this m11.example (110 ms), m12.example");
    expect(text).toMatch(/Is down down\.example 1/);
    expect(text).toMatch(/Does not carry amd64 arm\.example 1/);
    expect(text).toContain("Proof: generation 7");
  });

  it.each([
    [{ redirect: ["a"], though: "last resort" as const }, "though no mirror is proven"],
    [{ redirect: ["a"], though: "avoided" as const }, "though the client avoids it"],
    [{ ask: ["origin"], for: "its size, which no index tells" }, "Ask the origin first"],
    [{ bytes: "smaller than redirect.minSize" }, "Bytes from here: smaller than"],
    [{ refuse: { known: "absent" } }, "Refuse"],
  ])("tells the decision %j", (decision, told) => {
    const one = decision as NonNullable<Trace["decision"]>;
    expect(shownText(shown({ decision: one }))).toContain(told);
  });

  it("of another address says so, and leads to the same in other forms", () => {
    const page = shown({}, "2001:db8::1");
    expect(shownText(page)).toContain("the client at 2001:db8::1");
    expect(page).toContain('href="?trace=json&amp;ip=2001%3Adb8%3A%3A1"');
  });

  it("makes no markup of what others wrote", () => {
    const evil = `"><script>alert(1)</script>'&`;
    const page = shown(
      {
        path: `/debian/${evil}`,
        mirrors: [
          ranked(1, { mirror: evil, country: evil, verdict: evil, why: evil, state: evil }),
        ],
        decision: { redirect: [evil] },
        client: { ...trace.client, address: evil, placeFrom: evil, country: evil },
        avoids: [{ mirror: evil, until: "2026-11-30T00:00:00.000Z" }],
      },
      evil,
    );
    expect(page).not.toContain("<script");
    expect(page).not.toMatch(/="[^"]*"[^\s/>]/);
  });

  it("stays below the weight of a page with all mirrors of the world excluded", () => {
    const excluded = Array.from({ length: 1100 }, (_, at) => ({
      mirror: `a-mirror-with-a-long-name-${at}.example.org`,
      state: "up",
      excluded: "does not carry the repository",
    }));
    expect(shown({ mirrors: [...trace.mirrors, ...excluded] }).length).toBeLessThan(80_000);
  });

  it("says of which moment it is, what isn't known of it, and keeps it for the next question", () => {
    const past = {
      at: "2026-11-29T10:00:00Z",
      from: "2026-11-29T09:59:00.500Z",
      until: null,
      oldest: "2026-11-23T00:00:00.000Z",
      unknown: unknownOfPast,
    };
    for (const language of ["en", "zh"] as const) {
      const html = shown({ past }, "192.0.2.1", language);
      expect(html).toContain('name="at" value="2026-11-29T10:00:00Z"');
      expect(html).toContain("?trace=json&amp;ip=192.0.2.1&amp;at=2026-11-29T10:00:00Z");
      expect(shownText(html)).not.toContain("{");
    }
    const text = shownText(shown({ past }));
    expect(text).toContain("by what was in force at ");
    expect(text).toContain("today's databases are read");
    expect(shown()).toContain('name="at" value=""');
  });

  it("reads in Chinese, with all reasons of decisions", () => {
    const text = shownText(shown({}, undefined, "zh"));
    expect(text).toContain("重定向到 m1.example");
    expect(text).toContain("作为备用列出");
    const ofPast = [...unknownOfPast, noSnapshot];
    expect(ofPast.filter((one) => !Object.hasOwn(zh.why.said, one))).toEqual([]);
    // Sentences are texts with spaces in the files that reasons come from.
    for (const file of [
      "delivery/verdict.ts",
      "mirrors/order-reasons.ts",
      "delivery/decision.ts",
    ]) {
      const source = readFileSync(new URL(`../../../../worker/${file}`, import.meta.url), "utf8");
      const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*|^import .*$/gm, "");
      const sentences = [...code.matchAll(/"([a-zA-Z][\w ,.:'-]* [\w ,.:'-]+)"/g)].map(
        (match) => match[1] ?? "",
      );
      const reasons = sentences.filter((one) => one !== "last resort" && one !== "; ");
      expect(reasons.length).toBeGreaterThan(5);
      expect(reasons.filter((one) => !Object.hasOwn(zh.why.said, one))).toEqual([]);
    }
  });
});

describe("a cost's parts", () => {
  it("add up to the cost", () => {
    const degraded = costParts({ ...ranked(1), costMs: 90 });
    expect(degraded).toEqual({ way: 8, border: 2, state: 80, saved: 0 });
    const inNetwork = costParts({
      ...ranked(1),
      costMs: 5,
      cost: { rttMs: 8, addedMs: 2, nearness: "asn" },
    });
    expect(inNetwork).toEqual({ way: 4, border: 1, state: 0, saved: 5 });
    expect(costParts({ mirror: "a", state: "down", excluded: "is down" })).toBeUndefined();
  });

  it("are a bar that never leaves its cell, and never has what is no number", () => {
    const widths = (svg: string) =>
      [...svg.matchAll(/width="([\d.]+)"/g)].map((match) => Number(match[1]));
    const bar = costBar({ way: 50, border: 25, state: 0, saved: 0 }, 100, "label").text;
    expect(widths(bar)).toEqual([50, 25]);
    const long = costBar({ way: 50, border: 25, state: 1_000_000, saved: 0 }, 100, `"<`).text;
    expect(widths(long).reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(100);
    expect(long).toContain('aria-label="&quot;&lt;"');
    expect(costBar({ way: 0, border: 0, state: 0, saved: 0 }, 0, "").text).not.toContain("NaN");
  });
});

describe("the form", () => {
  const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  it.each([
    ["", null, "json"],
    ["", "*/*", "json"],
    ["", "application/json", "json"],
    ["1", "*/*", "json"],
    ["", "text/plain", "text"],
    ["", browser, "html"],
    ["json", browser, "json"],
    ["text", browser, "text"],
    ["html", "*/*", "html"],
  ])("for ?trace=%s and Accept %s is %s", (value, accept, form) => {
    expect(traceForm(value, accept)).toBe(form);
  });

  it("that there isn't is refused with the nearest", async () => {
    const refused = traceForm("jsno", "*/*");
    if (typeof refused === "string") throw new Error(refused);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toBe(
      "trace=jsno is none of html, json, text. Nearest: trace=json.\n",
    );
  });

  it("has one decision in it, whichever it is, and no cache keeps it", async () => {
    const visit = { path: trace.path, query: "trace", headers: new Headers() };
    const answers = (["html", "json", "text"] as const).map((form) =>
      traceAnswer(form, question(), visit),
    );
    for (const answer of answers) {
      expect(answer.headers.get("Cache-Control")).toBe("private, no-store");
      expect(answer.headers.get("Vary")).toContain("Accept");
    }
    const [html = "", json = "", text = ""] = await Promise.all(answers.map((one) => one.text()));
    const told: Trace = JSON.parse(json);
    for (const { mirror, rank, costMs } of told.mirrors.slice(0, 10)) {
      expect(shownText(html)).toContain(`${rank} ${mirror}`);
      expect(text).toContain(`${rank}. ${mirror} DE up ${costMs} ms`);
    }
    expect(text).toContain("decision redirect to m1.example, m2.example\n");
    expect(text).toContain("1 left out: down\n");
  });
});
