import { X509Certificate } from "node:crypto";
import { connect as connectTcp, createServer, type Server } from "node:net";
import { Duplex } from "node:stream";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { seeded } from "../../../../scripts/random.ts";
import { freePort } from "../../../../scripts/service/free-port.ts";
import {
  type Connect,
  certificateEnd,
} from "../../../../worker/health/certificates/certificate.ts";
import { clientHello } from "../../../../worker/health/certificates/client-hello.ts";
import {
  findCertificate,
  notAfter,
} from "../../../../worker/health/certificates/server-certificate.ts";
import { type Certificates, makeCertificates } from "../../../lab/certificates.ts";
import { makeScratch } from "../../../lab/scratch.ts";

const scratch = makeScratch("certificate");
const servers: Server[] = [];
const connections = new Set<{ destroyed: boolean }>();
let made: Certificates;
let der: Buffer;
/** Bytes of a real server's first flight. */
let flight: Uint8Array;

beforeAll(async () => {
  made = await makeCertificates(scratch.directory, ["127.0.0.1"]);
  der = new X509Certificate(made.certificate.cert).raw;
  flight = await firstFlight(await startTls({ maxVersion: "TLSv1.2" }));
});
afterAll(() => scratch.remove());
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  connections.clear();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function startTls(options: TlsOptions): Promise<number> {
  const server = createTlsServer({ ...made.certificate, ...options });
  server.on("tlsClientError", () => undefined);
  return listen(server);
}

const connect: Connect = ({ hostname, port }) => {
  const socket = connectTcp(port, hostname);
  // The duplex is what tells of errors.
  socket.on("error", () => undefined);
  connections.add(socket);
  const { readable, writable } = Duplex.toWeb(socket);
  return {
    readable,
    writable,
    async close() {
      socket.destroy();
    },
  };
};

const endAt = (port: number, deadlineMs = 2_000) =>
  certificateEnd(new URL(`https://127.0.0.1:${port}/`), connect, deadlineMs, seeded(5));

/** Waits until each connection is closed; the test's own deadline ends it otherwise. */
async function allClosed(): Promise<boolean> {
  while ([...connections].some(({ destroyed }) => !destroyed)) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  return connections.size > 0;
}

async function firstFlight(port: number): Promise<Uint8Array> {
  const socket = connectTcp(port, "127.0.0.1");
  socket.write(clientHello("near.example", new Uint8Array(32)));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) {
    chunks.push(chunk);
    if (typeof findCertificate(Buffer.concat(chunks)) === "object") break;
  }
  socket.destroy();
  return new Uint8Array(Buffer.concat(chunks));
}

/** What Node reads in the same certificate. */
const expected = () => Date.parse(new X509Certificate(made.certificate.cert).validTo);

describe("a server on loopback", () => {
  test.each([{ maxVersion: "TLSv1.2" }, {}] as const)("with %j shows its end", async (options) => {
    expect(await endAt(await startTls(options))).toBe(expected());
    expect(await allClosed()).toBe(true);
  });

  test("is told the name it is asked for", async () => {
    const named = Promise.withResolvers<string>();
    const port = await startTls({
      maxVersion: "TLSv1.2",
      SNICallback: (name, done) => {
        named.resolve(name);
        done(null);
      },
    });
    const socket = connectTcp(port, "127.0.0.1");
    socket.write(clientHello("near.example", new Uint8Array(32)));
    expect(await named.promise).toBe("near.example");
    socket.destroy();
  });

  test("with 1.3 only hides it", async () => {
    expect(await endAt(await startTls({ minVersion: "TLSv1.3" }))).toBeUndefined();
    expect(await allClosed()).toBe(true);
  });

  test("that refuses, or speaks something else, shows nothing", async () => {
    const port = await listen(createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n")));
    expect(await endAt(port)).toBeUndefined();
    expect(await endAt(await freePort())).toBeUndefined();
  });

  test("that says nothing is left at the deadline", async () => {
    const port = await listen(createServer((socket) => socket.on("error", () => undefined)));
    expect(await endAt(port, 100)).toBeUndefined();
    expect(await allClosed()).toBe(true);
  });

  test("that never ends is left at a bounded size", async () => {
    // Records of a ServerHello that is announced with 16 MB.
    const record = new Uint8Array(5 + 0x4000);
    record.set([22, 3, 3, 0x40, 0, 2, 0xff, 0xff, 0xff]);
    let sent = 0;
    let closed = false;
    const reader = {
      async read() {
        sent += record.length;
        return { done: false, value: record };
      },
      cancel: async () => undefined,
    };
    const writer = { write: async () => undefined, releaseLock: () => undefined };
    const endless: Connect = () => ({
      readable: { getReader: () => reader },
      writable: { getWriter: () => writer },
      close: async () => {
        closed = true;
      },
    });
    const url = new URL("https://near.example/");
    expect(await certificateEnd(url, endless, 10_000, seeded(5))).toBeUndefined();
    expect(sent).toBeLessThan(64 * 1024 + record.length);
    expect(closed).toBe(true);
  });

  test("over http isn't asked", async () => {
    const url = new URL("http://127.0.0.1:1/");
    expect(await certificateEnd(url, connect, 1000, seeded(1))).toBeUndefined();
    expect(connections.size).toBe(0);
  });
});

describe("the end in a certificate", () => {
  test("is what Node reads", () => expect(notAfter(der)).toBe(expected()));

  /** The certificate with its second time written anew. */
  const withEnd = (text: string) => {
    const bytes = Buffer.from(der);
    const times = [...bytes.toString("latin1").matchAll(/\d{12}Z/g)];
    expect(times).toHaveLength(2);
    bytes.write(text, times[1]?.index ?? 0, "latin1");
    return notAfter(bytes);
  };
  test.each([
    ["490101000000Z", Date.UTC(2049, 0, 1)],
    ["500101000000Z", Date.UTC(1950, 0, 1)],
    ["270228235959Z", Date.UTC(2027, 1, 28, 23, 59, 59)],
    ["270230000000Z", undefined],
    ["271301000000Z", undefined],
    ["2701010000000", undefined],
    ["27010100000aZ", undefined],
  ])("%s", (text, end) => expect(withEnd(text)).toBe(end));

  test("isn't in anything cut short", () => {
    const until = notAfter(der);
    expect(until).toBeDefined();
    for (let length = 0; length < der.length; length++) {
      expect(notAfter(der.subarray(0, length))).toBeUndefined();
    }
  });
});

describe("a server's first flight", () => {
  test("holds the certificate, and asks for more until it is there", () => {
    const found = findCertificate(flight);
    expect(typeof found === "object" && Buffer.from(found.der).equals(der)).toBe(true);
    const answers = Array.from(flight, (_, length) => findCertificate(flight.subarray(0, length)));
    const first = answers.findIndex((answer) => answer !== "more");
    expect(answers.slice(0, first)).not.toContain("none");
    expect(first).toBeGreaterThan(der.length);
    expect(answers.slice(first).every((answer) => typeof answer === "object")).toBe(true);
  });

  test("may be split into records anywhere", () => {
    const handshake: number[] = [];
    for (let at = 0; at + 5 <= flight.length; ) {
      const size = (flight[at + 3] ?? 0) * 256 + (flight[at + 4] ?? 0);
      handshake.push(...flight.subarray(at + 5, at + 5 + size));
      at += 5 + size;
    }
    for (const step of [1, 7, 300]) {
      const split: number[] = [];
      for (let at = 0; at < handshake.length; at += step) {
        const part = handshake.slice(at, at + step);
        split.push(22, 3, 3, part.length >> 8, part.length & 255, ...part);
      }
      const found = findCertificate(Uint8Array.from(split));
      expect(typeof found === "object" && Buffer.from(found.der).equals(der)).toBe(true);
    }
  });

  // Content type 22, version 3.3, size 11; Certificate of size 7: a chain of 4 bytes with one of `first`.
  test.each([
    [1, "object"],
    [2, "none"],
    [0, "none"],
  ] as const)("with a first certificate of %i bytes in a chain of 4", (first, kind) => {
    const bytes = [22, 3, 3, 0, 11, 11, 0, 0, 7, 0, 0, 4, 0, 0, first, 0x30];
    const found = findCertificate(Uint8Array.from(bytes));
    expect(typeof found === "object" ? "object" : found).toBe(kind);
  });

  test("is taken in whatever state, without a throw or a byte from beyond", () => {
    const random = seeded(Number(process.env.FUZZ_SEED ?? 20_261_123));
    const below = (limit: number) => Math.floor(random() * limit);
    for (let round = 0; round < 20_000; round++) {
      const bytes = Uint8Array.from(flight.subarray(0, below(flight.length + 1)));
      for (let change = below(6); change > 0 && bytes.length > 0; change--) {
        // Lengths are near the front.
        bytes[below(random() < 0.5 ? Math.min(200, bytes.length) : bytes.length)] = below(256);
      }
      const found = findCertificate(bytes);
      if (typeof found === "string") continue;
      expect(found.der.length).toBeLessThan(bytes.length);
      const end = notAfter(found.der);
      expect(end === undefined || Number.isFinite(end)).toBe(true);
    }
    for (let round = 0; round < 20_000; round++) {
      const bytes = Uint8Array.from(der.subarray(0, below(der.length + 1)));
      for (let change = below(6); change > 0 && bytes.length > 0; change--) {
        bytes[below(Math.min(300, bytes.length))] = below(256);
      }
      const end = notAfter(bytes);
      expect(end === undefined || Number.isFinite(end)).toBe(true);
    }
  });
});
