/** Which snapshot a client began with. */
import { expect, it } from "vitest";
import { ClientSnapshots } from "../../../../worker/repositories/reader/current-clients.ts";

it("is remembered for five minutes, by client, repository and root", () => {
  const clients = new ClientSnapshots();
  clients.remember("5.1.2.3", "debian", "a", { snapshot: "one", at: 0 });
  clients.remember("5.1.2.3", "debian", "b", { snapshot: "two", at: 0 });
  expect(clients.recall("5.1.2.3", "debian", "a", 299_999)).toBe("one");
  expect(clients.recall("5.1.2.3", "debian", "b", 0)).toBe("two");
  expect(clients.recall("5.1.2.4", "debian", "a", 0)).toBeUndefined();
  expect(clients.recall("5.1.2.3", "ubuntu", "a", 0)).toBeUndefined();
  expect(clients.recall("5.1.2.3", "debian", "a", 300_000)).toBeUndefined();
});

it("isn't remembered of clients without an address", () => {
  const clients = new ClientSnapshots();
  clients.remember("", "debian", "a", { snapshot: "one", at: 0 });
  expect(clients.recall("", "debian", "a", 0)).toBeUndefined();
});

it("makes room for a flood: the ones noted last stay", () => {
  const clients = new ClientSnapshots();
  for (let n = 0; n < 10_000; n++)
    clients.remember(`c${n}`, "debian", "a", { snapshot: "one", at: 0 });
  expect(clients.recall("c0", "debian", "a", 0)).toBeUndefined();
  expect(clients.recall("c9999", "debian", "a", 0)).toBe("one");
  expect(clients.recall("c2000", "debian", "a", 0)).toBe("one");
});
