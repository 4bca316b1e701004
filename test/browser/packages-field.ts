/** The pages of packages on loopback, over made-up packages: what they look like doesn't depend on indexes. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { servePackages } from "../../worker/pages/packages/serve-packages.ts";
import { standInSources } from "../unit/pages/packages/stand-in.ts";
import type { VisitedPage } from "./pages.ts";

/** Where they are. */
export interface PackagesField {
  /** Ends in `/`. */
  url: string;
  stop(): Promise<void>;
}

/** Pages that need packages that are found. */
export const packagePages: readonly VisitedPage[] = [
  { name: "packages, one exactly", path: "packages?q=zlib1g-dev" },
  { name: "packages, several exactly", path: "packages?q=mc" },
  { name: "packages, many", path: "packages?q=python3&repository=debian&in=name" },
  { name: "packages, typo", path: "packages?q=zlib1gg" },
  { name: "packages, nothing", path: "packages?q=python3&repository=archlinux&in=name" },
  {
    name: "packages, nobody answers",
    path: "packages?q=python3&repository=alpine&in=name",
    status: 503,
  },
  { name: "packages, of the past", path: "packages?q=zlib&at=2026-11-29" },
  { name: "packages, refused", path: "packages?q=z", status: 400 },
  { name: "package", path: "packages/debian/zlib1g-dev" },
  { name: "package, Chinese", path: "packages/debian/zlib1g-dev?lang=zh" },
  { name: "package with many files", path: "packages/debian/mc" },
  { name: "package that needs much", path: "packages/debian/meta-all" },
  { name: "package with an odd name", path: "packages/fedora/perl(Foo::Bar)" },
  {
    name: "package that attacks",
    path: `packages/debian/${encodeURIComponent("evil\u202Egnp.exe<script>alert(1)</script>")}`,
  },
  { name: "package with a long name", path: `packages/debian/lib${"averylongname".repeat(12)}` },
  { name: "package that isn't there", path: "packages/debian/zlib1gg", status: 404 },
];

export async function startPackagesField(): Promise<PackagesField> {
  const sources = standInSources([
    { repository: "alpine", why: "Nobody has asked for it here yet, so it isn't read." },
  ]);
  let url = "";
  const server = createServer((request, response) => {
    const asked = new URL(request.url ?? "/", url);
    const headers = new Headers();
    for (const name of ["accept-language", "accept-encoding", "if-none-match"]) {
      const value = request.headers[name];
      if (typeof value === "string") headers.set(name, value);
    }
    const question = {
      request: { headers },
      path: asked.pathname,
      query: asked.search.slice(1),
      base: url,
      now: Date.now(),
    };
    const answered = async () => {
      const answer = await servePackages(question, sources);
      response.writeHead(answer?.status ?? 404, Object.fromEntries(answer?.headers ?? []));
      response.end(Buffer.from((await answer?.arrayBuffer()) ?? new ArrayBuffer(0)));
    };
    answered().catch((error: unknown) => {
      response.writeHead(500);
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  url = `http://127.0.0.1:${address.port}/`;
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
