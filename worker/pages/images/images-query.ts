/** What the page of images is asked for, and the addresses of its other states. Pure. */
import { type Axis, axes, type ImageFilter } from "../../images/filter/image-filter.ts";

/** The page's state. */
export interface ImagesQuery {
  filter: ImageFilter;
  /** The architecture is the browser's: nobody chose it. */
  isOwn: boolean;
  /** The address says which architecture, if only by an empty value: the browser's doesn't count any more. */
  tellsArchitecture: boolean;
  /** From 1. */
  page: number;
}

/** The same without a choice, or with another. */
export interface Change {
  axis?: Axis;
  /** Absent: none is chosen on that axis. */
  value?: string;
  /** Words are left out. */
  withoutWords?: true;
  page?: number;
}

/** The address of the page in another state; whichever it is, it holds what is chosen by itself. */
export function addressOf({ filter, tellsArchitecture }: ImagesQuery, change: Change = {}): string {
  const query = new URLSearchParams();
  if (filter.words.length > 0 && change.withoutWords !== true) {
    query.set("q", filter.words.join(" "));
  }
  for (const axis of axes) {
    const chosen =
      change.axis === axis
        ? change.value === undefined
          ? []
          : [change.value]
        : (filter.chosen[axis] ?? []);
    // Empty: removed, so that it doesn't come back by itself.
    const isTold = axis === "architecture" && (tellsArchitecture || change.axis === axis);
    if (chosen.length > 0 || isTold) query.set(axis, chosen.join(","));
  }
  if (change.page !== undefined && change.page > 1) query.set("page", String(change.page));
  const search = String(query);
  return search === "" ? "/images" : `/images?${search}`;
}

/** Whether nothing is asked for but what the browser tells. */
export function isPlain({ filter, isOwn }: ImagesQuery): boolean {
  const chosen = axes.filter((axis) => filter.chosen[axis] !== undefined);
  const own = isOwn && chosen.length === 1;
  return filter.words.length === 0 && (chosen.length === 0 || own);
}
