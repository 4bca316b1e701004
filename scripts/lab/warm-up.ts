/** The first questions to the lab's service, so that what is printed to try works at once. */
import type { Views } from "../../worker/mirrors/compiled-list.ts";

/** The first snapshot is published before its files are listed, ms; on a busy machine that takes seconds. */
const deadlineMs = 20_000;
const betweenMs = 200;

/**
 * Asks for the root of each repository, which has it followed, and waits until the images' checksums are known.
 *
 * @param url the service's own, ends in `/`
 * @returns the pinned URL of the apt repository's snapshot, ends in `/`; undefined: there is none
 */
export async function warmUp(url: string, views: Views): Promise<string | undefined> {
  const { repositories } = views.catalogue;
  const ask = async (path: string) => {
    const response = await fetch(url + path, { redirect: "manual" });
    return { isThere: response.status === 200, text: await response.text() };
  };
  await Promise.all(
    repositories.flatMap(({ name, roots = [] }) => roots.map((root) => ask(`${name}/${root}`))),
  );
  const images = repositories.find(({ kind, verify }) => kind === "images" && verify !== undefined);
  const deadline = Date.now() + deadlineMs;
  while (images !== undefined && Date.now() < deadline) {
    const { isThere } = await ask(`${images.name}/${images.setup.example}.sha256`);
    if (isThere) break;
    await new Promise((resolve) => setTimeout(resolve, betweenMs));
  }
  if (!repositories.some(({ name, verify }) => name === "lab" && verify !== undefined)) {
    return undefined;
  }
  const { text } = await ask("api/v1/repositories/lab/snapshots");
  const told: { snapshots?: { url?: string }[] } = JSON.parse(text);
  return told.snapshots?.find((one) => one.url !== undefined)?.url;
}
