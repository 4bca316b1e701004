import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { originWorker, throughFiles } from "../../../../scripts/bench/through-worker.ts";

/** The Worker, as its module's default export answers. */
async function origin(): Promise<{ fetch(request: Request): Response }> {
  const module = `data:text/javascript;base64,${Buffer.from(originWorker()).toString("base64")}`;
  return (await import(module)).default;
}

test("the origin's bytes are those that the index tells: the first, the last and the large one", async () => {
  const { fetch } = await origin();
  const files = throughFiles();
  for (const file of [files[0], files[1], files.at(-1)]) {
    if (file === undefined) throw new Error("there are no files");
    const answer = fetch(new Request(`http://mirror.example/debian/${file.path}`));
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect(bytes.length).toBe(file.size);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(file.sha256);
  }
});
