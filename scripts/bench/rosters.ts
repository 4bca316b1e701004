/** Rosters of the sizes the benchmark asks for, from the real mirror list: real places, names and URL lengths. */
import { join } from "node:path";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import type { RosterMirror } from "../../worker/mirrors/roster.ts";
import { compileMirrorList } from "../mirrors/compile.ts";
import { seeded } from "../random.ts";

/** Of the contest. */
const usualSizes = [20, 300, 1000];

/** The generation that every mirror has reached. */
export const generation = 1;

/** The whole list as it is; every mirror of Debian has the newest files. */
export async function wholeList(root: string): Promise<Views> {
  const { roster, catalogue } = await compiled(root);
  const mirrors = roster.mirrors.map((mirror) => {
    const { debian } = mirror.carries;
    if (debian === undefined) return mirror;
    return { ...mirror, carries: { ...mirror.carries, debian: { ...debian, generation } } };
  });
  return { roster: { ...roster, mirrors }, catalogue };
}

async function compiled(root: string): Promise<Views> {
  const { views } = await compileMirrorList(join(root, "mirror-list"), 1);
  if (views !== undefined) return views;
  throw new Error("the mirror list has errors; see npm run mirrors -- check");
}

/** Views by number of mirrors; every mirror carries `debian`, whole, and is up. */
export async function benchRosters(
  root: string,
  sizes: readonly number[] = usualSizes,
): Promise<Map<number, Views>> {
  const views = await compiled(root);
  const random = seeded(1);
  const shuffled = views.roster.mirrors
    .map((mirror) => ({ mirror, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ mirror }) => mirror);
  return new Map(
    sizes.map((size) => [
      size,
      { roster: { version: 1, mirrors: sized(shuffled, size) }, catalogue: views.catalogue },
    ]),
  );
}

/** The first `size` mirrors; where the list is shorter, some stand a second time under another name. */
function sized(mirrors: readonly RosterMirror[], size: number): RosterMirror[] {
  return Array.from({ length: size }, (_, at): RosterMirror => {
    const mirror = mirrors[at % mirrors.length];
    if (mirror === undefined) throw new Error("the mirror list is empty");
    const name = at < mirrors.length ? mirror.name : `copy${at}.${mirror.name}`;
    const open = { ...mirror };
    delete open.scope;
    delete open.private;
    return {
      ...open,
      name,
      state: "up",
      carries: {
        debian: { http: `http://${name}/debian/`, https: `https://${name}/debian/`, generation },
      },
    };
  });
}
