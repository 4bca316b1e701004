import { afterAll, beforeAll, expect, test } from "vitest";
import { parseFault, runCommand } from "../../lab/commands.ts";
import { faults } from "../../lab/faults.ts";
import { type Lab, startLab } from "../../lab/lab.ts";
import { ask } from "./ask.ts";
import { makeTinyTrees } from "./tiny-trees.ts";

const trees = makeTinyTrees();
let lab: Lab;

beforeAll(async () => {
  lab = await startLab({ trees, mirrors: 3, basePath: () => "/" });
});
afterAll(async () => {
  await lab.stop();
  trees.remove();
});

test("a fault is switched on and healed by words", async () => {
  expect(await runCommand(lab, "fault mirror3 5xx status=500")).toContain("mirror3: 5xx");
  expect((await ask(lab.mirror("mirror3").url)).status).toBe(500);
  expect(await runCommand(lab, "log mirror3")).toContain("GET / -> 500");
  expect(await runCommand(lab, "heal mirror3")).toBe("mirror3: well");
  expect((await ask(lab.mirror("mirror3").url)).status).toBe(200);
});

test("publish moves everyone, or only those named", async () => {
  const versions = () => [lab.origin, ...lab.mirrors].map(({ version }) => version);
  await runCommand(lab, "publish 2 origin mirror1");
  expect(versions()).toEqual([2, 2, 1, 1]);
  await runCommand(lab, "publish 2");
  expect(versions()).toEqual([2, 2, 2, 2]);
});

test("status names every server and its fault", async () => {
  await runCommand(lab, "fault origin refuse");
  const status = await runCommand(lab, "status");
  expect(status.split("\n")).toHaveLength(4);
  expect(status).toContain(faults.refuse.says);
  expect(await runCommand(lab, "heal all")).toBe("origin, mirror1, mirror2, mirror3: well");
});

test.each([
  ["fault mirror9 slow", "there is mirror1 to mirror3"],
  ["fault mirror1 sleepy", "No fault sleepy. There are: 404, "],
  ["fault mirror1 slow bytesPerSecond=x", "takes a number"],
  ["fault mirror1 slow speed=1", "No option speed"],
  ["fault mirror1 404 paths=(", "Invalid regular expression"],
  ["publish 7", "No version 7; there is 1 to 2"],
  ["publish x mirror1", "No version NaN"],
  ["toString", "No command toString"],
])("a mistake is answered, not thrown: %s", async (line, message) => {
  expect(await runCommand(lab, line)).toContain(message);
});

test("options are read into the fault", () => {
  expect(parseFault(["404", "share=0.3", "seed=7", "paths=\\.deb$"])).toEqual({
    kind: "404",
    share: 0.3,
    seed: 7,
    paths: /\.deb$/,
  });
  expect(parseFault(["redirect-loop", "to=http://127.0.0.1/?a=b"]).to).toBe(
    "http://127.0.0.1/?a=b",
  );
});
