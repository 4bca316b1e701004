/** The running service: workerd that was killed is there again, at the same port, with the same state. */
import { expect, onTestFinished, test } from "vitest";
import { startService } from "../../../scripts/service.ts";
import { smallViews } from "../../unit/scripts/service/small-views.ts";

test("a workerd that was killed serves again at the same place, by the list that was published", async () => {
  const views = smallViews("http://127.0.0.1:9/");
  const lines: string[] = [];
  const service = await startService({ views, log: ({ message }) => lines.push(message) });
  onTestFinished(() => service.stop());
  const version = views.roster.version + 5;
  await service.publish({
    roster: { ...views.roster, version },
    catalogue: { ...views.catalogue, version },
  });
  const before = service.pid();
  process.kill(before, "SIGKILL");
  await expect.poll(() => service.pid(), { timeout: 20_000 }).not.toBe(before);
  const answer = await fetch(`${service.url}api/v1/health`);
  expect(await answer.json()).toMatchObject({ roster: { list: version } });
  const metrics = await (await fetch(`${service.url}metrics`)).text();
  expect(metrics).toMatch(/^nearmirror_open_files \d+$/m);
  expect(lines.join("\n")).toContain("It is started again.");
}, 60_000);
