/** One tree served as two repositories: the mirrors of the one are the mirrors of the other. */
import { expect, test } from "vitest";
import { compileMirrorList } from "../../../../scripts/mirrors/compile.ts";
import { checkTexts, listFolder, now, repositoryTexts } from "./list.ts";

const isos =
  "name: almalinux-isos\nkind: images\ntitle: AlmaLinux images\ntree: almalinux\norigin: https://repo.almalinux.org/almalinux/\narchitectures: [x86_64]\n";
const repositories = { ...repositoryTexts, "almalinux-isos": isos };

function siteText(name: string, carried: string): string {
  return `name: ${name}\nbase:\n  https: https://${name}/\nrepositories:\n  almalinux:\n    path: alma/\n${carried}`;
}

async function carriedBy(text: string) {
  const dir = listFolder({ "a.example": text }, repositories);
  const { views, errors } = await compileMirrorList(dir, now);
  expect(errors).toEqual([]);
  return views?.roster.mirrors[0]?.carries;
}

test("a mirror of the tree carries its part at the same path, with what it leaves out", async () => {
  expect(await carriedBy(siteText("a.example", "    exclude: [8/]\n"))).toEqual({
    almalinux: { https: "https://a.example/alma/", exclude: ["8/"] },
    "almalinux-isos": { https: "https://a.example/alma/", exclude: ["8/"] },
  });
});

test("a drained tree has a drained part; a disabled one has none", async () => {
  const state = (is: string) => `    state: {is: ${is}, by: ann, why: disk}\n`;
  const drained = await carriedBy(siteText("a.example", state("drained")));
  expect(drained?.["almalinux-isos"]?.state).toBe("drained");
  const disabled = await carriedBy(siteText("a.example", state("disabled")));
  expect(Object.keys(disabled ?? {})).toEqual(["almalinux"]);
});

test("what the file says of the part itself stands, also at the tree's own URL", async () => {
  const own = "  almalinux-isos:\n    path: alma/\n    state: {is: drained, by: ann, why: slow}\n";
  const carries = await carriedBy(siteText("a.example", own));
  expect(carries?.almalinux).not.toHaveProperty("state");
  expect(carries?.["almalinux-isos"]?.state).toBe("drained");
});

test("two repositories that are of no one tree can't be at one URL", () => {
  const own = "  debian:\n    path: alma/\n";
  const { errors } = checkTexts({ "a.example": siteText("a.example", own) }, repositories);
  expect(errors.map(({ message }) => message)).toEqual([
    expect.stringContaining("is claimed by `almalinux` of a.example as well"),
  ]);
});

test.each([
  [
    "no such repository",
    isos.replace("tree: almalinux", "tree: almalinu"),
    /There is no repository `almalinu`/,
  ],
  ["another origin", isos.replace("repo.alma", "elsewhere.alma"), /Give both the same origin/],
])("refused: a tree of %s", (_, text, said) => {
  const { errors, repositories: sound } = checkTexts(
    {},
    { ...repositoryTexts, "almalinux-isos": text },
  );
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatchObject({ file: "almalinux-isos.yaml", line: 4 });
  expect(errors[0]?.message).toMatch(said);
  expect(sound.map(({ name }) => name)).not.toContain("almalinux-isos");
});

test("refused: a part of a part", () => {
  const third = isos
    .replace("name: almalinux-isos", "name: almalinux-live")
    .replace("tree: almalinux", "tree: almalinux-isos");
  const { errors } = checkTexts({}, { ...repositories, "almalinux-live": third });
  expect(errors.map(({ message }) => message)).toEqual([
    expect.stringContaining("is itself a part of the tree of `almalinux`"),
  ]);
});
