/** All that was counted, to who may read it: asked with the query as it came, and with what is listed now. */
import { expect, it } from "vitest";
import type { Listed } from "../../../worker/statistics/question.ts";
import { emptyDatabase } from "../accounts/accounts-alone.ts";
import { openOffice } from "./office.ts";

const series = { redirects: [1], bytes: [5] };
const told = {
  per: "hour",
  from: "2026-11-22T12:00:00.000Z",
  to: "2026-11-22T13:00:00.000Z",
  redirects: 1,
  bytes: 5,
  unsized: 0,
  series,
};

it("is told by the object that adds up, of mirrors and repositories that are listed", async () => {
  const database = emptyDatabase();
  const asked: { query: string; listed: Listed }[] = [];
  const world = openOffice(database.sql, {
    statistics: async (query, listed) => {
      asked.push({ query, listed });
      if (query.includes("per=year")) return { reason: "per=year is not there." };
      if (query.includes("per=day")) throw new Error("not there");
      return { text: JSON.stringify(told) };
    },
  });
  const token = await world.token("eye", "reader");
  const read = async (query: string) =>
    await world.ask("GET", `/api/v1/stats/all${query}`, { token });
  const answer = await read("?by=mirror&repository=ubuntu");
  expect([answer.status, answer.body, answer.headers.get("Cache-Control")]).toEqual([
    200,
    told,
    "no-store",
  ]);
  await read("");
  const listed = (capacity: number) => ({
    mirrors: ["a.example", "b.example"].map((name) => ({ name, capacity })),
    repositories: ["debian"],
  });
  // Neither carries ubuntu; of all repositories both count as much as a mirror that declares nothing.
  expect(asked).toEqual([
    { query: "by=mirror&repository=ubuntu", listed: listed(0) },
    { query: "", listed: listed(1000) },
  ]);
  expect((await read("?per=year")).body.detail).toBe("per=year is not there.");
  expect((await read("?per=day")).status).toBe(503);
  expect((await world.ask("GET", "/api/v1/stats/all")).status).toBe(401);
  database.close();
});
