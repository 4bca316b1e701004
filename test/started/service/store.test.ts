/** What the store of one version of the service has is there in the next one, though its classes moved. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startService } from "../../../scripts/service.ts";
import { firstToken, labSecretVars, posted } from "../../lab/operator.ts";
import { smallViews } from "../../unit/scripts/service/small-views.ts";
import { writeOldStore } from "./store-of-one-worker.ts";

/** Two services start one after the other, 4 s on a free processor; on a busy machine several times as long. */
const twoStartsMs = 90_000;

/** An origin that has nothing and tells which paths it was asked for. */
async function emptyOrigin() {
  const { promise: asked, resolve } = Promise.withResolvers<string>();
  const server = createServer(({ url = "" }, response) => {
    resolve(url);
    response.statusCode = 404;
    response.end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the origin has no port");
  return { url: `http://127.0.0.1:${address.port}/`, asked };
}

test(
  "a store of the time when all was one Worker is taken over: Fleet's history, a repository's own entry",
  async () => {
    const persist = mkdtempSync(join(tmpdir(), "nearmirror-store-"));
    onTestFinished(() => rmSync(persist, { recursive: true, force: true }));
    const origin = await emptyOrigin();
    const views = smallViews(origin.url);
    const debian = views.catalogue.repositories.find(({ name }) => name === "debian");
    if (debian === undefined) throw new Error("the list has no debian");
    // Served by `npm start` meanwhile: the list knows that it is verified, and the object has a newer entry.
    Object.assign(debian, { verify: "none", roots: ["dists/stable/InRelease"] });
    const why = "two regions had no connection";
    await writeOldStore(persist, views, {
      mirror: "near.example",
      why,
      entry: { ...debian, origin: `${origin.url}newer/` },
      version: views.catalogue.version + 1,
    });

    // "asked": Fleet is asked, and no mirror is probed as long as it is no candidate for anybody.
    const service = await startService({
      views,
      persist,
      vars: { PROBING: "asked", ...labSecretVars },
    });
    onTestFinished(() => service.stop());
    const told: unknown = await (await fetch(`${service.url}api/v1/mirrors/near.example`)).json();
    expect(told).toMatchObject({ history: [{ from: "up", to: "down", why }] });
    const refresh = `${service.url}api/v1/repositories/debian/refresh`;
    const token = await firstToken(service.url);
    expect((await fetch(refresh, posted(token))).status).toBe(202);
    expect(await origin.asked).toMatch(/^\/newer\/dists\/stable\//);
  },
  twoStartsMs,
);
