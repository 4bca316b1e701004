/** A folder's README below its list: plain text of the list's state, and nothing else. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { expect, test } from "vitest";
import { serveFolder } from "../../worker/pages/folder/serve-folder.ts";
import type { Repository } from "../../worker/repositories/catalogue.ts";
import { maxReadmeBytes } from "../../worker/repositories/directory-page/read-readme.ts";
import type { IndexedFiles } from "../../worker/repositories/reader/snapshots-at-edge.ts";
import { listedFiles, start } from "./services.ts";

const repository: Repository = {
  name: "debian",
  kind: "apt",
  title: "Debian",
  origin: "http://origin.example/debian/",
  architectures: ["amd64"],
  keys: [],
  setup: {},
};
const browser = { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

let unique = 0;

interface Given {
  /** As the list has it: bytes, or as Apache rounds them. Absent: the text's own. */
  size?: string | number;
  name?: string;
  /** How the origin answers for the file. */
  file?: () => Response | Promise<Response>;
  files?: IndexedFiles;
  /** Absent: apt. */
  kind?: Repository["kind"];
}

/** A folder of its own with one file; all tests share the location's cache. */
function folderWith(text: string | Uint8Array<ArrayBuffer>, given: Given = {}) {
  const name = given.name ?? "README";
  const size = given.size ?? new TextEncoder().encode(String(text)).byteLength;
  const path = `doc/t${unique++}/`;
  const asked: string[] = [];
  const state = { size, file: given.file ?? (() => new Response(text)), modified: "09:12" };
  const list = () =>
    `<title>Index of /</title><pre><a href="../">../</a>\n<a href="${name}">${name}</a>  07-Jun-2025 ${state.modified}  ${state.size}\n</pre>`;
  const get = async (query = "", init: RequestInit = { headers: browser }, now = start) => {
    const ctx = createExecutionContext();
    const request = new Request(`http://near.example/debian/${path}?${query}`, init);
    const bytes = {
      fetch: async (url: string) => {
        asked.push(url.slice(url.lastIndexOf("/") + 1));
        if (!url.endsWith("/")) return state.file();
        return new Response(list(), { headers: { "Content-Type": "text/html" } });
      },
      ownHosts: [],
      cache: caches.default,
    };
    const folder = {
      ...{ request, scheme: "http" as const, path, decoded: path },
      repository: { ...repository, ...(given.kind && { kind: given.kind }) },
      ...{ query, prefix: "debian", now },
    };
    const edge = { bytes, ...(given.files && { files: given.files }) };
    const response = await serveFolder(folder, edge, ctx);
    const page = await response.text();
    await waitOnExecutionContext(ctx);
    return { page, response };
  };
  return { asked, state, get };
}

const shown = (page: string) => /<pre dir="auto">([\s\S]*?)<\/pre>/.exec(page)?.[1];

test("is shown as plain text below the list, and asked for once", async () => {
  const { asked, get } = folderWith("Welcome & <b>hello</b>\r\n\r\nSee dists/.\n\n");
  const { page } = await get();
  expect(shown(page)).toBe("Welcome &amp; &lt;b&gt;hello&lt;/b&gt;\n\nSee dists/.");
  expect(page.indexOf("</table>")).toBeLessThan(page.indexOf('id="readme"'));
  expect(page).toContain("As the origin has it.");
  expect(shown((await get()).page)).toBe(shown(page));
  // Not where something is searched, nor for programs.
  expect(shown((await get("q=READ")).page)).toBeUndefined();
  expect((await get("", {})).page).not.toContain("Welcome");
  expect((await get("format=json")).page).not.toContain("Welcome");
  expect(asked).toEqual(["", "README"]);
  const head = await get("", { headers: browser, method: "HEAD" });
  const whole = await get();
  expect(head.response.headers.get("ETag")).toBe(whole.response.headers.get("ETag"));
});

test("is asked for anew when the list tells of another state", async () => {
  const { asked, state, get } = folderWith("one");
  expect(shown((await get()).page)).toBe("one");
  state.file = () => new Response("two");
  state.modified = "10:00";
  expect(shown((await get("", undefined, start + 3_600_000)).page)).toBe("two");
  expect(asked).toEqual(["", "README", "", "README"]);
});

test.each([
  ["more bytes than the list tells", "text", { size: 3 }],
  ["a size beyond the cap", "text", { size: maxReadmeBytes + 1 }],
  ["more bytes than the cap, of a rounded size", "x".repeat(maxReadmeBytes + 600), { size: "32K" }],
  ["more bytes than the cap, of no size", "x".repeat(maxReadmeBytes + 1), { size: "-" }],
  ["bytes that are no UTF-8", new Uint8Array([0xe9, 0x20, 0x61]), { size: 3 }],
  ["escapes for terminals", "a \u001b[31mred", {}],
  ["a NUL", "a\u0000b", {}],
  ["another answer than 200", "text", { file: () => new Response("text", { status: 503 }) }],
  ["markup by its name", "<h1>x</h1>", { name: "README.html" }],
])("with %s isn't shown, and the list is", async (_, text, given: Given) => {
  const { page, response } = await folderWith(text, given).get();
  expect(response.status).toBe(200);
  expect(page).toContain("README");
  expect(shown(page)).toBeUndefined();
});

test.each(["Readme.txt", "README.md", "HEADER.txt"])("may be called %s", async (name) => {
  expect(shown((await folderWith("text", { name }).get()).page)).toBe("text");
});

test("is shown where the list tells no size, as its bytes are counted", async () => {
  expect(shown((await folderWith("text", { size: "-" }).get()).page)).toBe("text");
});

test("of which a list tells the SHA-256 is shown if it has that, and said to be verified", async () => {
  const digest = new Uint8Array(
    await crypto.subtle.digest("SHA-256", new TextEncoder().encode("text")),
  );
  const of = (sha256: Uint8Array) => listedFiles(() => ({ size: 4, sha256, first: 1 }));
  // Of metadata a snapshot's manifests tell the same.
  const payload = { kind: "files", name: "readme.md" } as const;
  const right = await folderWith("text", { files: of(digest), ...payload }).get();
  expect(shown(right.page)).toBe("text");
  expect(right.page).toContain("Its SHA-256 is that of the verified list.");
  const wrong = await folderWith("text", { files: of(new Uint8Array(32)), ...payload }).get();
  expect(shown(wrong.page)).toBeUndefined();
});

test("that doesn't come holds the page up for a moment only, and isn't asked for again at once", async () => {
  let asks = 0;
  const never = () => {
    asks++;
    return new Promise<Response>(() => undefined);
  };
  const { get } = folderWith("text", { file: never });
  const from = Date.now();
  expect(shown((await get()).page)).toBeUndefined();
  expect(Date.now() - from).toBeLessThan(5000);
  expect(shown((await get()).page)).toBeUndefined();
  expect(asks).toBe(1);
});
