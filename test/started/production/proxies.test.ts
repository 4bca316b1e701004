/** The shipped files for nginx and Caddy, in front of the started service: what clients get through them. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Service, startService } from "../../../scripts/service.ts";
import type { Views } from "../../../worker/mirrors/compiled-list.ts";
import { makeCertificates } from "../../lab/certificates.ts";
import {
  type Front,
  type FrontKind,
  frontName,
  missingPackage,
  startFront,
} from "../../lab/fronts.ts";
import { makeScratch } from "../../lab/scratch.ts";
import { smallViews } from "../../unit/scripts/service/small-views.ts";
import { type Asking, askByHttp2, askFront, clientAddress, open, speakFront } from "./ask-front.ts";
import { type LargeOrigin, largeBytes, startLargeOrigin } from "./large-origin.ts";

const scratch = makeScratch("proxies");
const kinds: readonly FrontKind[] = ["nginx", "nginx 1.0", "caddy"];
/** No mirror has this repository: its files come by bytes. */
const large = "/alone/pool/main/l/large.deb";
const small = "/alone/pool/main/s/small_1%2B2~3+b4_amd64.deb";

let origin: LargeOrigin;
let service: Service;
let authority = "";
const fronts = new Map<FrontKind, Front>();

beforeAll(async () => {
  origin = await startLargeOrigin();
  service = await startService({
    views: viewsOf(origin.url),
    network: "any",
    vars: {
      OWN_PLACE: "DE 50.1 8.7",
      PROBING: "off",
      PUBLIC_URL: `https://${frontName}/`,
      TRUSTED_PROXIES: "127.0.0.1/32",
    },
  });
  const { authorityFile, certificate } = await makeCertificates(scratch.directory, [frontName]);
  authority = readFileSync(authorityFile, "utf8");
  const port = Number(new URL(service.url).port);
  for (const kind of kinds) {
    if (missingPackage(kind) !== undefined) continue;
    const folder = join(scratch.directory, kind.replace(" ", "-"));
    const options = { service: port, certificate, scratch: folder };
    fronts.set(kind, await startFront(kind, options));
  }
}, 60_000);

afterAll(async () => {
  await Promise.all([...fronts.values()].map((front) => front.stop()));
  await service?.stop();
  origin?.stop();
  scratch.remove();
});

/** One mirror that has whatever is asked of it: the origin, by another path. */
function viewsOf(originUrl: string): Views {
  const views = smallViews(originUrl);
  const [near] = views.roster.mirrors;
  if (near === undefined) throw new Error("there is no mirror");
  const carries = { debian: { http: `${originUrl}mirror/debian/` } };
  return { ...views, roster: { ...views.roster, mirrors: [{ ...near, carries }] } };
}

function front(kind: FrontKind): Front {
  const found = fronts.get(kind);
  if (found === undefined) throw new Error(`${kind} is not started`);
  return found;
}

const ask = (kind: FrontKind, path: string, asking: Omit<Asking, "authority"> = {}) =>
  askFront(front(kind), path, { ...asking, authority });

const text = (body: Buffer) => body.toString("utf8");

for (const kind of kinds) {
  const missing = missingPackage(kind);
  describe.skipIf(missing !== undefined)(`${kind} (package ${missing ?? "installed"})`, () => {
    it.each(["http", "https"] as const)(
      "tells the client's address and scheme (%s)",
      async (scheme) => {
        for (const headers of [
          {},
          { "X-Forwarded-For": "8.8.8.8", "X-Forwarded-Proto": "gopher" },
          { "X-Forwarded-For": "127.0.0.1", "X-Real-IP": "8.8.8.8", Forwarded: "for=8.8.8.8" },
          { "CF-Connecting-IP": "8.8.8.8", "True-Client-IP": "8.8.8.8", "CF-IPCountry": "US" },
        ]) {
          const answer = await ask(kind, "/debian/pool/a.deb?trace", { scheme, headers });
          const { client } = JSON.parse(text(answer.body));
          const told = { address: clientAddress, scheme, country: "DE", placeFrom: "own place" };
          expect(client, JSON.stringify(headers)).toMatchObject(told);
        }
      },
    );

    it("is believed as a proxy, and its neighbour is not", async () => {
      const headers = { "X-Forwarded-For": "8.8.8.8" };
      const past = {
        http: Number(new URL(service.url).port),
        https: 0,
        stop: async () => undefined,
      };
      const asking = { scheme: "http", headers, authority } as const;
      const answer = await askFront(past, "/debian/pool/a.deb?trace", asking);
      expect(JSON.parse(text(answer.body)).client.address).toBe(clientAddress);
    });

    it("speaks HTTP/2", async () => {
      const asking = { headers: { "x-forwarded-for": "8.8.8.8" }, authority };
      const answer = await askByHttp2(front(kind), "/debian/pool/a.deb?trace", asking);
      expect(JSON.parse(text(answer.body)).client).toMatchObject({
        address: clientAddress,
        scheme: "https",
      });
      const bytes = await askByHttp2(front(kind), large, { authority });
      expect([bytes.status, bytes.body.equals(origin.large)]).toEqual([200, true]);
    });

    it("speaks HTTP/1.0", async () => {
      const named = await speakFront(
        front(kind),
        `GET ${small} HTTP/1.0\r\nHost: ${frontName}\r\n\r\n`,
      );
      expect(named).toMatch(/^HTTP\/1\.[01] 200 /);
      expect(named).toMatch(/\r\n\r\n0123456789abcdef\n$/);
      expect(named.toLowerCase()).not.toContain("transfer-encoding");
      // A host that isn't named is known to nginx, which has one; Caddy says that it can't know.
      const nameless = await speakFront(front(kind), `GET ${small} HTTP/1.0\r\n\r\n`);
      expect(nameless).toMatch(kind === "caddy" ? /^HTTP\/1\.0 421 / : /^HTTP\/1\.[01] 200 /);
    });

    it("passes on ranges, conditions and HEAD", async () => {
      const part = await ask(kind, large, { headers: { Range: "bytes=1000-1999" } });
      expect([part.status, part.headers["content-range"]]).toEqual([
        206,
        `bytes 1000-1999/${largeBytes}`,
      ]);
      expect(part.body.equals(origin.large.subarray(1000, 2000))).toBe(true);
      const whole = await ask(kind, small);
      expect([whole.status, whole.headers.etag, text(whole.body)]).toEqual([
        200,
        '"one"',
        "0123456789abcdef\n",
      ]);
      const same = await ask(kind, small, { headers: { "If-None-Match": '"one"' } });
      expect([same.status, same.headers.etag, same.body.length]).toEqual([304, '"one"', 0]);
      const head = await ask(kind, small, { method: "HEAD" });
      expect([head.status, head.headers.etag, head.body.length]).toEqual([200, '"one"', 0]);
    });

    it("changes no bytes, also where the client would take them compressed", async () => {
      for (const headers of [{}, { "Accept-Encoding": "gzip, br, zstd" }]) {
        const answer = await ask(kind, large, { headers });
        expect(answer.headers["content-encoding"]).toBeUndefined();
        expect(answer.headers["content-length"]).toBe(String(largeBytes));
        expect(answer.body.equals(origin.large)).toBe(true);
      }
    });

    it("gives a client that reads slowly all of it", async () => {
      const socket = open(front(kind));
      socket.write(`GET ${large} HTTP/1.1\r\nHost: ${frontName}\r\nConnection: close\r\n\r\n`);
      // Long enough for all buffers on the way to be full.
      let stops = 5;
      let bytes = 0;
      socket.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (stops-- <= 0) return;
        socket.pause();
        setTimeout(() => socket.resume(), 200);
      });
      await once(socket, "close");
      expect(bytes).toBeGreaterThan(largeBytes);
      expect(bytes).toBeLessThan(largeBytes + 2000);
    });

    it("leaves redirects as they are, and keeps nothing of them", async () => {
      const path = "pool/main/g/gcc/g%2B%2B_1~2+3%7e_amd64.deb";
      const asking = { scheme: "http" } as const;
      const first = await ask(kind, `/debian/${path}`, asking);
      expect([first.status, first.headers.location]).toEqual([
        302,
        `${origin.url}mirror/debian/${path}`,
      ]);
      expect(first.headers["cache-control"]).toBe("private, no-store");
      expect(first.headers.age).toBeUndefined();
      for (const scheme of ["http", "https"] as const) {
        const folder = await ask(kind, "/debian", { scheme });
        expect(folder.status).toBe(301);
        // A path, which the client reads by its own URL.
        expect(folder.headers.location).toBe("./debian/");
      }
    });

    it("passes on paths as they are written", async () => {
      // Refused for what they are: a proxy that decoded or joined them would make another path of them.
      for (const path of [
        "/debian/pool/a%2Fb.deb",
        "/debian/pool/a%2fb.deb",
        "/debian/pool/%5Cb.deb",
        "/debian/pool/%2e%2E/a.deb",
      ]) {
        const answer = await ask(kind, path);
        expect([answer.status, text(answer.body)], path).toEqual([
          400,
          expect.stringMatching(/escaped|segment/),
        ]);
      }
      for (const path of [
        "a%2Bb",
        "a+b",
        "a~b",
        "a%7Eb",
        "%61",
        "a%20b",
        "%C3%A9",
        "a:b@c!d$e&f'(g)*,;=h",
      ]) {
        const answer = await ask(kind, `/debian/pool/${path}.deb`, { scheme: "http" });
        expect(answer.headers.location, path).toBe(`${origin.url}mirror/debian/pool/${path}.deb`);
      }
      const query = await ask(kind, "/debian/pool/a.deb?mirrorlist&country=SE%2CFI", {
        scheme: "http",
      });
      expect(query.status).toBe(200);
    });

    it("lets monitoring through, and nothing of it is kept", async () => {
      const answer = await ask(kind, "/api/v1/health");
      expect([answer.status, answer.headers["cache-control"]]).toEqual([200, "no-store"]);
      expect(JSON.parse(text(answer.body)).status).toBe("ok");
    });

    it.skipIf(kind === "nginx 1.0")(
      "refuses bodies of more than a megabyte, and headers of more than 64 kB",
      async () => {
        const url = "/api/v1/repositories/debian/refresh";
        const body = Buffer.alloc(2_000_000);
        const headers = { Expect: "100-continue", "Content-Length": String(body.length) };
        const large = await ask(kind, url, { method: "POST", headers, body }).catch(
          () => undefined,
        );
        // nginx looks at the announced size. Caddy 2.6 calls the end of what it passes on a fault of the service's.
        expect(kind === "nginx" ? [413] : [413, 502]).toContain(large?.status);
        const long = await ask(kind, "/", { headers: { "X-Long": "a".repeat(100_000) } });
        expect([400, 431]).toContain(long.status);
      },
    );
  });
}
