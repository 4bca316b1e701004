/** The Worker that counts redirects, `?what=counting|nothing&count=`: of clients in 60 countries to 1,576 mirrors. */
import { fileClassOf } from "../../worker/formats/classify.ts";
import { RedirectCounts, rowLength } from "../../worker/statistics/redirect-counts.ts";
import { seeded } from "../random.ts";

interface Drawn {
  mirror: string;
  repository: string;
  country: string;
  size: number;
}

/** Drawn once, few enough to stay in the processor's caches: what a request brings is there as well. */
const draws = 4096;
/** As long as paths in pools are. */
const pathLength = 62;
/** Counted between two takes: what an isolate redirects in half a minute at 3,000 a second. */
const takeEvery = 100_000;

let drawn: Drawn[] | undefined;
/** All paths behind each other: cut out of it, a path is as new as a request's. */
let paths = "";

export default {
  async fetch(request: Request): Promise<Response> {
    const { search, searchParams } = new URL(request.url);
    if (search === "") return new Response("ready");
    drawn ??= draw();
    const count = Number(searchParams.get("count") ?? 0);
    const { counted, rows } = run(drawn, count, searchParams.get("what") === "counting");
    return new Response(`${counted} ${rows}`);
  },
};

function run(of: readonly Drawn[], count: number, counts: boolean) {
  const table = new RedirectCounts();
  const start = Date.parse("2026-03-01T12:00:00Z");
  let counted = 0;
  let takes = 0;
  let rows = 0;
  let seen = 0;
  const take = () => {
    const taken = table.take();
    takes++;
    rows += taken.rows.length / rowLength;
    for (let at = 5; at < taken.rows.length; at += rowLength) counted += taken.rows[at] ?? 0;
  };
  for (let at = 0; at < count; at++) {
    const one = of[(at * 40_503) & (draws - 1)];
    if (one === undefined) break;
    const { mirror, repository, country, size } = one;
    const from = (at & (draws - 1)) * pathLength;
    const path = paths.slice(from, from + pathLength);
    const now = start + at / 3;
    if (counts) {
      const fileClass = fileClassOf("apt", path);
      table.count({ mirror, repository, country, fileClass, size }, now);
      if (at % takeEvery === takeEvery - 1) take();
    } else if (path.length + size + now > 0) seen++;
  }
  if (!counts) return { counted: seen, rows: 0 };
  take();
  return { counted, rows: Math.round(rows / takes) };
}

/** Each country has some mirrors that most of its clients go to: about 2,000 combinations. */
function draw(): Drawn[] {
  const random = seeded(16);
  const names = Array.from({ length: 1576 }, (_, at) => `mirror${at}.example.org`);
  const countries = Array.from({ length: 60 }, (_, at) =>
    String.fromCharCode(65 + (at % 26), 65 + Math.floor(at / 26)),
  );
  paths = Array.from({ length: draws }, (_, at) => {
    const name = `coreutils${String(at).padStart(4, "0")}`;
    return `pool/main/c/${name}/${name}_9.7-3deb13u2_amd64.deb`.padStart(pathLength, "x");
  }).join("");
  return Array.from({ length: draws }, () => {
    const country = Math.floor(60 * random() ** 2);
    const mirror = (country * 26 + Math.floor(25 * random() ** 2)) % 1576;
    const repository = Math.floor(6 * random() ** 3);
    return {
      mirror: names[mirror] ?? "",
      repository: ["debian", "ubuntu", "fedora", "alpine", "archlinux", "epel"][repository] ?? "",
      country: countries[country] ?? "",
      size: 1000 + Math.floor(1e6 * random()),
    };
  });
}
