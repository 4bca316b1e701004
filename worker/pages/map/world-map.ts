/**
 * A map of the world with a client and mirrors, drawn here: an SVG without script, tiles, or anything that is loaded. A
 * state has a shape beside its colour. Pure.
 */
import land from "../../../geo-data/land.json" with { type: "json" };
import type { State } from "../../directory/resource.ts";
import type { Point } from "../../geo/distance.ts";
import { type MapPoint, project, shortestWay } from "../../geo/projection.ts";
import { escaped, type Html, raw } from "../../http/html.ts";
import { type MapView, viewOf } from "./map-view.ts";

/** A mirror on the map. */
export interface MapMirror extends Point {
  name: string;
  state: State;
  /** Place in the client's order, from 1; absent: it can't serve this client. */
  rank?: number;
}

/** What the map shows. */
export interface WorldMap {
  /** Absent: nobody knows where the client is. */
  client?: Point;
  mirrors: readonly MapMirror[];
  /** Lines lead to so many of the first. */
  chosen: number;
}

/** What the map says, in the page's language. */
export interface MapTexts {
  title: string;
  description: string;
  you: string;
}

/** Ranks that have a mark of their own: as many as a page's first look takes. The others are dots. */
const rankedMarks = 10;
/** Dots, at most: for more nobody could tell them apart, and each costs 25 bytes of the page. */
const maxDots = 300;
/** Marks nearer to each other than this share of the view's width are one, with the rank of the best. */
const joinedWithin = 0.035;
/** A mark's size: so many to the view's width. */
const marksAcross = 100;

/** Each a shape of its own, around the origin, about 3 units across. */
export const shapes: Readonly<Record<State, string>> = {
  up: '<circle r="1.5"/>',
  degraded: '<path d="M0-1.8 1.8 1.4h-3.6z"/>',
  down: '<path d="M-1.3-1.3 1.3 1.3M1.3-1.3-1.3 1.3" class="x"/>',
  unknown: '<path d="M0-1.9 1.9 0 0 1.9-1.9 0z"/>',
  drained: '<path d="M-1.4-1.4h2.8v2.8h-2.8z"/>',
  disabled: '<path d="M-1.3-1.3 1.3 1.3M1.3-1.3-1.3 1.3" class="x"/>',
};

/** Rules for all maps of a page. Colours are the frame's. */
export const mapStyle = `
.map{display:block;width:100%;height:auto;background:var(--soft);border:1px solid var(--edge);border-radius:.375rem}
.map .land{fill:var(--edge)}.map .way{fill:none;stroke:var(--brand);stroke-width:1.5;vector-effect:non-scaling-stroke}.map .way.on{stroke-dasharray:3 3;opacity:.7}
.map .m{stroke:var(--page);stroke-width:.3}.map .x,.key .x{stroke-width:.8;fill:none}.map .dot{opacity:.55}
.up{fill:var(--good)}.degraded{fill:var(--warn)}.unknown{fill:var(--quiet)}.drained{fill:var(--quiet)}.map .down,.map .disabled,.key .down,.key .disabled{fill:none;stroke:var(--bad)}
.map text{font:2.2px system-ui,sans-serif;stroke:var(--page);stroke-width:.7;paint-order:stroke;fill:var(--text)}
.map .you{fill:var(--page);stroke:var(--brand);stroke-width:.8}.map .you+text{font-weight:700}
.key{display:flex;flex-wrap:wrap;gap:.125rem 1rem;padding:0;list-style:none;font-size:.875rem;color:var(--quiet);max-width:none}.key .you{fill:var(--brand)}.key svg{width:.875rem;height:.875rem;vertical-align:-.1rem}
@media(max-width:36rem){.map .m{scale:1.8}}
`;

/** A point with what is drawn there. */
interface Mark {
  at: MapPoint;
  mirror: MapMirror;
  /** How many more stand behind it. */
  others: number;
}

/**
 * The map as SVG. Names come from lists of others: all are escaped. Points without a place on earth (`NaN`) are left
 * out.
 */
export function worldMap({ client, mirrors, chosen }: WorldMap, texts: MapTexts): Html {
  const placed = mirrors.filter(isPlaced);
  const you = client !== undefined && isPlaced(client) ? client : undefined;
  const ranked = placed
    .filter(({ rank }) => rank !== undefined && rank <= rankedMarks)
    .sort((one, other) => (one.rank ?? 0) - (other.rank ?? 0));
  const others = placed.filter(({ rank }) => rank === undefined || rank > rankedMarks);
  // Drained ones are behind all others however near those are: they would stretch the view.
  const inUse = ranked.filter(({ state }) => state !== "drained");
  const shown = inUse.length > 0 ? inUse : ranked;
  const view = viewOf([...shown, ...(you === undefined ? [] : [you])].map(project));
  const size = view.width / marksAcross;
  const dots = joined(others.slice(0, maxDots), view).map(({ at, mirror }) =>
    dot(at, mirror, size),
  );
  // The first is drawn last, so that it is on top.
  const marks = joined(ranked, view)
    .reverse()
    .map((mark) => markOf(mark, size));
  const ways = you === undefined ? "" : waysOf(you, ranked, chosen);
  const { x, y, width, height } = view;
  return raw(
    `<svg class="map" viewBox="${x} ${y} ${width} ${height}" role="img" aria-labelledby="map-title map-description"><title id="map-title">${escaped(texts.title)}</title><desc id="map-description">${escaped(texts.description)}</desc><path class="land" d="${land.path}"/>${dots.join("")}${ways}${you === undefined ? "" : youAt(project(you), size, texts.you)}${marks.join("")}</svg>`,
  );
}

function isPlaced({ latitude, longitude }: Point): boolean {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
}

/** Without those that another one, earlier in the list, stands for. */
function joined(mirrors: readonly MapMirror[], view: MapView): Mark[] {
  const reach = view.width * joinedWithin;
  const marks: Mark[] = [];
  for (const mirror of mirrors) {
    const at = project(mirror);
    const near = marks.find((mark) => Math.hypot(mark.at.x - at.x, mark.at.y - at.y) < reach);
    if (near === undefined) marks.push({ at, mirror, others: 0 });
    else near.others++;
  }
  return marks;
}

function waysOf(client: Point, ranked: readonly MapMirror[], chosen: number): string {
  return ranked
    .slice(0, chosen)
    .map((mirror, at) => {
      const lines = shortestWay(client, mirror).map(
        (line) => `M${line.map(({ x, y }) => `${tenth(x)} ${tenth(y)}`).join("L")}`,
      );
      return `<path class="way${at === 0 ? "" : " on"}" d="${lines.join("")}"/>`;
    })
    .reverse()
    .join("");
}

function dot(at: MapPoint, { state }: MapMirror, size: number): string {
  return `<g transform="${placedAt(at, size * 0.6)}"><g class="m dot ${state}">${shapes[state]}</g></g>`;
}

function markOf({ at, mirror, others }: Mark, size: number): string {
  const { name, state, rank } = mirror;
  const more = others === 0 ? "" : ` +${others}`;
  return `<g transform="${placedAt(at, size)}"><g class="m ${state}"><title>${escaped(`${rank}. ${name}${more}`)}</title>${shapes[state]}<text x="2" y="-.6">${rank}${more}</text></g></g>`;
}

function youAt(at: MapPoint, size: number, you: string): string {
  return `<g transform="${placedAt(at, size)}"><g class="m"><circle class="you" r="1.4"/><text x="2" y="3">${escaped(you)}</text></g></g>`;
}

function placedAt({ x, y }: MapPoint, size: number): string {
  return `translate(${tenth(x)} ${tenth(y)})scale(${tenth(size)})`;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
