/** What a mirror costs a client, as a bar of its parts. Pure. */

import { escaped, type Html, raw } from "../../http/html.ts";
import type { Verdict } from "../../mirrors/explain.ts";

/** The parts, ms. Their sum is the cost. */
export interface CostParts {
  /** The round trip by the latency model. */
  way: number;
  /** Another country or continent, or a doubtful position. */
  border: number;
  /** The mirror's state. */
  state: number;
  /** What is saved as the mirror is in the client's network: not part of the bar. */
  saved: number;
}

/** The parts of a ranked mirror's cost; undefined: it isn't ranked. */
export function costParts({ costMs, cost }: Verdict): CostParts | undefined {
  if (costMs === undefined || cost === undefined) return undefined;
  const far = cost.rttMs + cost.addedMs;
  if (cost.nearness === "none") {
    const state = Math.max(0, costMs - far);
    return { way: cost.rttMs, border: cost.addedMs, state, saved: 0 };
  }
  // In the client's own network the way and the border shrink together.
  const near = Math.min(far, costMs);
  const share = far === 0 ? 0 : near / far;
  return {
    way: cost.rttMs * share,
    border: cost.addedMs * share,
    state: costMs - near,
    saved: far - near,
  };
}

/** The bar's length in its own units; it is drawn as wide as its cell. */
const length = 100;

/** Rules for bars and their key. Parts stand in the order of the key, and each says its figures to who doesn't see it. */
export const barStyle = `
.bar{display:block;flex:1;min-width:6rem;height:.75rem;margin:.375rem 0}.bar rect{stroke:var(--page);stroke-width:1;vector-effect:non-scaling-stroke}
.way-part{fill:var(--link)}.border-part{fill:var(--brand);opacity:.65}.state-part{fill:var(--warn)}
`;

/**
 * @param most ms that the whole length stands for; a longer bar ends there
 * @param label what it says to those who don't see it
 */
export function costBar({ way, border, state }: CostParts, most: number, label: string): Html {
  const unit = length / Math.max(most, 1);
  let from = 0;
  const part = (ms: number, name: string) => {
    const width = Math.min(length - from, ms * unit);
    if (width < 0.05) return "";
    const drawn = `<rect class="${name}" x="${tenth(from)}" width="${tenth(width)}" height="10"/>`;
    from += width;
    return drawn;
  };
  const parts = part(way, "way-part") + part(border, "border-part") + part(state, "state-part");
  return raw(
    `<svg class="bar" viewBox="0 0 ${length} 10" preserveAspectRatio="none" role="img" aria-label="${escaped(label)}">${parts}</svg>`,
  );
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
