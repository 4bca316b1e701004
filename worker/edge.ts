/** What answering takes besides the request. */
import type { FleetAnswers } from "./api/fleet.ts";
import type { Rules } from "./probes/rules.ts";
import type { HostLabels } from "./redirect/lists/wish.ts";
import type { ClientMemory } from "./redirect/memory.ts";
import type { PayloadEdge } from "./redirect/payload.ts";
import type { SnapshotsAtEdge } from "./repositories/snapshots/at-edge.ts";
import type { OpenViews } from "./views.ts";
import type { Visitors } from "./visitors.ts";

export interface Edge {
  views: OpenViews;
  visitors: Visitors;
  /** Outlives views and visitors. */
  memory: ClientMemory;
  /** Our name in `CDN-Loop`, as in `Own`: a request that has it has been here before. */
  ownId: string;
  /** The clock, Unix milliseconds. */
  now: () => number;
  /** What serving payload and bytes takes besides. */
  payload: PayloadEdge;
  /** Absent: no snapshots are made here, and all metadata comes from the origins. */
  snapshots?: SnapshotsAtEdge;
  /** How mirrors are probed, where they are. */
  rules: Rules;
  /** Absent: nothing is probed here. */
  fleet?: FleetAnswers;
  /** Wishes by host name; absent: there are none, and the host isn't looked at. */
  labels?: HostLabels;
}
