/** The page of a file's mirrors. */
import { describe, expect, it } from "vitest";
import type { FileLists } from "../../../../worker/delivery/lists/answers.ts";
import type { PricedSource } from "../../../../worker/delivery/lists/file-lists.ts";
import { fileMirrorsAnswer } from "../../../../worker/pages/file-mirrors/file-mirrors-answer.ts";
import { fileMirrorsPage } from "../../../../worker/pages/file-mirrors/file-mirrors-page.ts";
import { file, own, source } from "../../delivery/lists/documents.ts";
import { clientOf } from "../../directory/rosters.ts";
import { shownText, visitIn } from "../visits.ts";

const frankfurt = clientOf("81.2.3.4", { country: "DE", latitude: 50.1, longitude: 8.7 });
const stockholm = { latitude: 59.3, longitude: 18.1, isRough: false };
const sources: PricedSource[] = [
  { ...source(2, "DE"), costMs: 31.4, state: "degraded", why: "it is in your network" },
  { ...source(1, "SE"), costMs: 4, state: "up", proof: "generation", at: stockholm },
];
const lists: FileLists = { file, sources, own, origin: `${own}.mirrorlist`, client: frankfurt };
const shown = (more: Partial<FileLists> = {}, language: "en" | "zh" = "en") =>
  fileMirrorsPage(visitIn(language), { ...lists, ...more }).main.text;

describe("the page of a file's mirrors", () => {
  it("lists them best first, each with country, distance, estimate, state and proof", () => {
    const text = shownText(shown());
    expect(text.indexOf("Sweden")).toBeLessThan(text.lastIndexOf("Germany"));
    // The great circle from Frankfurt to Stockholm.
    const km = Number(/ (\d,\d+) km/.exec(text)?.[1]?.replace(",", ""));
    expect(Math.abs(km - 1190)).toBeLessThan(30);
    expect(text).toMatch(/m1 Sweden 1,\d+ km 4 ms up its copy is complete/);
    expect(text).toMatch(/m2 it is in your network Germany 31 ms degraded not known/);
  });

  it("marks a distance that is from a whole country, and has none from nowhere", () => {
    const german = clientOf("81.2.3.4", { country: "DE" });
    expect(shownText(shown({ client: german }))).toMatch(/m1 Sweden ≈ \d,\d+ km/);
    expect(shownText(shown({ client: clientOf("", {}) }))).toMatch(/m1 Sweden 4 ms/);
  });

  it("has the file's size, digest and how to check it, and its other lists", () => {
    const page = shown();
    expect(shownText(page)).toContain("70.0 KiB (71,680 bytes)");
    expect(page).toContain(`<code>${file.sha256}</code>`);
    expect(shownText(page)).toContain(`curl -fsSL '${own}.sha256' | sha256sum -c`);
    for (const end of [".meta4", ".metalink", ".sha256", "?trace=html"]) {
      expect(page).toContain(`href="${own}${end}"`);
    }
  });

  it("says what isn't known in place of leaving it out", () => {
    expect(shownText(shown({ sources: [] }))).toContain("No mirror is known to have this file");
    const { sha256: _, ...unhashed } = file;
    const page = shown({ file: unhashed });
    expect(shownText(page)).toContain("No verified index tells it.");
    expect(page).not.toContain(`${own}.sha256`);
    expect(shownText(shown({ unproven: true }))).toContain("None of these could be asked");
    expect(shownText(shown({ isWished: true }))).toContain("that you wished for");
  });

  it("makes no markup of names, URLs and reasons that others wrote", () => {
    const evil = `"><img src=x onerror=alert(1)>'&`;
    const page = shown({
      file: { ...file, name: evil, lastModified: evil },
      own: `https://near.example/${evil}`,
      sources: [{ ...source(1, evil), url: evil, mirror: evil, why: evil, state: "up" }],
    });
    expect(page).not.toContain("<img");
    expect(page).not.toMatch(/href="[^"]*"[^ >]/);
    const answer = fileMirrorsPage(visitIn(), { ...lists, file: { ...file, name: evil } });
    expect(answer.title).toContain(evil);
  });

  it("puts nothing into the shell's line that ends its quotes", () => {
    const page = shown({ own: "https://near.example/debian/a';rm -rf ~;'.deb" });
    const line = shownText(/<pre>(.*?)<\/pre>/.exec(page)?.[1] ?? "");
    expect(line.match(/'/g)).toHaveLength(2);
  });

  it("is of a folder's mirrors as well, without a download", () => {
    const folder = { path: "pool/", name: "" };
    const page = shown({ file: folder, own: "https://near.example/debian/pool/" });
    expect(page).toContain("<bdi>pool/</bdi>");
    expect(page).not.toContain("sha256sum");
    expect(page).not.toContain(".meta4");
  });

  it("reads in Chinese, reasons too", () => {
    const text = shownText(shown({}, "zh"));
    expect(text).toContain("瑞典");
    expect(text).toContain("它位于您的网络中");
    expect(text).toContain("性能下降");
  });

  it("is for this client alone, and differs from what programs get", async () => {
    const request = { path: "/debian/a.deb.mirrorlist", query: "", headers: new Headers() };
    const answer = fileMirrorsAnswer(request, lists);
    expect(answer.headers.get("Cache-Control")).toBe("private, no-store");
    expect(answer.headers.get("Vary")).toBe("Accept, Accept-Language");
    const policy = answer.headers.get("Content-Security-Policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe-inline");
    expect(await answer.text()).not.toContain(" style=");
    expect(fileMirrorsAnswer({ ...request, query: "lang=xx" }, lists).status).toBe(400);
  });
});
