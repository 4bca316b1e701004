/** An address that nothing can listen at is refused before anything is started, with what to do. */
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { addressFault } from "../../../../scripts/service/check-address.ts";

it("is none for an address of this machine, or any", async () => {
  for (const host of ["127.0.0.1", "0.0.0.0", "*", "localhost"]) {
    expect(await addressFault(host, 0), host).toBeUndefined();
  }
});

it("names a port in use, and that another service needs a store of its own", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  expect(await addressFault("127.0.0.1", port)).toBe(
    `Port ${port} is in use. Where it is another service of this kind, stop that one, or start this one with a port and a store of its own: npm start -- --port ${port + 1} --store DIR`,
  );
});

it.each([
  // RFC 5737: an address of documents.
  ["203.0.113.1", /^--host 203\.0\.113\.1 is no address of this machine\. It has .*127\.0\.0\.1/],
  ["::g", /^--host ::g is no address, and no name that this machine can resolve/],
  ["", /^--host is empty; give an address of this machine/],
])("says of %j what it is not, and which addresses there are", async (host, said) => {
  expect(await addressFault(host, 0)).toMatch(said);
});
