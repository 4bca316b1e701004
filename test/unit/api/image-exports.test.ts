import { describe, expect, it } from "vitest";
import { type ExportServices, imageExport } from "../../../worker/api/image-exports.ts";
import type { ImageFormName } from "../../../worker/api/image-forms.ts";
import { composeCatalogue, type ImageCatalogue } from "../../../worker/images/image-catalogue.ts";
import { openViews } from "../../../worker/views/views.ts";
import { image, moment } from "../images/generated-catalogue.ts";

const views = openViews({
  roster: { version: moment, mirrors: [] },
  catalogue: {
    version: 1,
    repositories: ["debian-cd", "debian"].map((name) => ({
      name,
      kind: name === "debian" ? ("apt" as const) : ("images" as const),
      title: `${name} of Debian`,
      origin: `https://origin.example/${name}/`,
      architectures: ["amd64"],
      keys: [],
      setup: {},
    })),
  },
});

const path = "current/amd64/iso-cd/debian-13.2.0-amd64-netinst.iso";
const arm = "current/arm64/iso-cd/debian-13.2.0-arm64-netinst.iso";

function catalogue(id = "20261130T110000Z-00112233"): ImageCatalogue {
  const snapshot = { repository: "debian-cd", id, generation: 7, at: moment };
  return composeCatalogue([
    { snapshot, images: [image({ path }), image({ path: arm, architecture: "arm64" })] },
  ]);
}

const unread = [{ repository: "debian-cd", why: "There is no snapshot of it yet." }];

function services(of: ImageCatalogue | undefined, now = moment): ExportServices {
  return { views, now: () => now, ...(of && { images: { catalogue: async () => of } }) };
}

interface Ask {
  query?: string;
  base?: string;
  known?: string;
}

/** Asks for a form as the route does. */
function ask(
  form: ImageFormName,
  { query = "", base = "https://near.example/", known = "" }: Ask = {},
  of = services(catalogue()),
): Promise<Response> {
  const headers: Record<string, string> = known === "" ? {} : { "If-None-Match": known };
  const request = new Request(`${base}isoinfo.json?${query}`, { headers });
  return imageExport(
    form,
    { base, path: "/isoinfo.json", query, request, background: { waitUntil: () => undefined } },
    of,
  );
}

const types: readonly [ImageFormName, string][] = [
  ["isoinfo", "application/json"],
  ["mirrorz", "application/json"],
  ["streamIndex", "application/json"],
  ["streamProducts", "application/json"],
  ["fedoraReleases", "application/json"],
  ["osinfoXml", "application/xml"],
  ["osinfoArchive", "application/x-tar"],
  ["quickgetCsv", "text/csv; charset=utf-8"],
  ["quickgetJson", "application/json"],
];

describe("the images in the forms of other programs", () => {
  it.each(types)(
    "%s has its type, may be read by other sites' pages, and is asked for each time",
    async (form, type) => {
      const response = await ask(form);
      expect(response.status).toBe(200);
      expect(response.headers.get("Content-Type")).toBe(type);
      expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
      expect(response.headers.get("Cache-Control")).toBe("public, no-cache");
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(1);
    },
  );

  it.each(types)("%s isn't sent again while nothing changes", async (form) => {
    const known = (await ask(form)).headers.get("ETag") ?? "";
    const again = await ask(form, { known });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    expect(again.headers.get("ETag")).toBe(known);
    const newer = services(catalogue("20261130T120000Z-44556677"));
    expect((await ask(form, { known }, newer)).status).toBe(200);
  });

  it("are another answer under another name, for another filter, and on another day", async () => {
    const tags = await Promise.all([
      ask("isoinfo"),
      ask("isoinfo", { base: "https://other.example/" }),
      ask("isoinfo", { query: "architecture=arm64" }),
      ask("isoinfo", {}, services(catalogue(), moment + 86_400_000)),
      ask("quickgetJson"),
    ]);
    expect(new Set(tags.map(({ headers }) => headers.get("ETag"))).size).toBe(5);
  });

  it("link to the service's own name", async () => {
    const body = await (await ask("isoinfo", { base: "https://other.example/" })).json();
    expect(body).toEqual([
      {
        distro: "Debian",
        category: "os",
        urls: [
          {
            name: "13.2.0 (amd64, Network installer)",
            url: `https://other.example/debian-cd/${path}`,
          },
          {
            name: "13.2.0 (arm64, Network installer)",
            url: `https://other.example/debian-cd/${arm}`,
          },
        ],
      },
    ]);
  });

  it("are filtered as the API is, with every name of an architecture", async () => {
    const body = await (await ask("osinfoXml", { query: "architecture=aarch64" })).text();
    expect(body).toContain('arch="aarch64"');
    expect(body).not.toContain('arch="x86_64"');
  });

  it.each([
    ["distribution=debain", /distribution=debain .*Did you mean debian\?/],
    ["architecure=arm64", /architecure= .*Did you mean architecture=\?/],
    ["type=iso", /type=iso is not there/],
  ])("refuse %s, with what is nearest", async (query, reason) => {
    const response = await ask("quickgetCsv", { query });
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(reason);
  });

  it("take any query where nothing is filtered, as pages add one against caches", async () => {
    expect((await ask("streamIndex", { query: "_=1" })).status).toBe(200);
  });

  it("tell MirrorZ of all repositories, and since when those with images are served so", async () => {
    const body = await (await ask("mirrorz")).json();
    expect(body).toMatchObject({
      site: { url: "https://near.example" },
      info: [{ distro: "Debian" }],
      mirrors: [
        { cname: "debian-cd", status: `S${moment / 1000}` },
        { cname: "debian", status: "C" },
      ],
    });
  });

  it("are 503 until the first images are read, as an empty list would say that there are none", async () => {
    const response = await ask("isoinfo", {}, services(composeCatalogue([], unread)));
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).not.toBeNull();
    // The same of what a filter leaves, where a repository that may have such images isn't read.
    const part = services({ ...catalogue(), unread });
    const statusOf = async (query: string) => (await ask("isoinfo", { query }, part)).status;
    expect(await statusOf("distribution=fedora")).toBe(503);
    expect(await statusOf("distribution=debian")).toBe(200);
  });

  it("are empty where no repository has images, and 404 where no snapshots are made", async () => {
    const empty = await ask("isoinfo", {}, services(composeCatalogue([])));
    expect([empty.status, await empty.text()]).toEqual([200, "[]"]);
    expect((await ask("isoinfo", {}, services(undefined))).status).toBe(404);
  });
});
