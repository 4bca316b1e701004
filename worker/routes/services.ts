/** What answering takes besides the request. */

import type { AlarmBoard, AlarmSources } from "../api/alarms.ts";
import type { Clients } from "../clients/clients.ts";
import type { ClientHistory } from "../clients/history.ts";
import type { HostLabels } from "../clients/wish.ts";
import type { PayloadServices } from "../delivery/payload.ts";
import type { Traffic } from "../delivery/traffic.ts";
import type { FleetAnswers } from "../health/fleet-questions.ts";
import type { Rules } from "../health/rules.ts";
import type { OwnNames } from "../outbound/printed-base.ts";
import type { RefusedHost } from "../outbound/refused-host.ts";
import type { ImagesAtEdge } from "../repositories/contents/images/images-at-edge.ts";
import type { SnapshotsAtEdge } from "../repositories/reader/snapshots-at-edge.ts";
import type { StatisticsAnswers } from "../statistics/question.ts";
import type { PastRosterSource } from "../views/past-rosters.ts";
import type { OpenViews } from "../views/views.ts";
import type { AskOperators } from "./forward-to-operators.ts";
import type { AskPackages } from "./forward-to-packages.ts";

export interface Services
  extends Pick<AlarmSources, "refusedViews" | "listProblem" | "databaseAlarms" | "machine"> {
  views: OpenViews;
  clients: Clients;
  /** Outlives views and clients. */
  history: ClientHistory;
  /** Our name in `CDN-Loop`, as in `Own`: a request that has it has been here before. */
  ownId: string;
  /** Under which URLs set-up lines may be printed. Absent: whichever the client asked for. */
  ownNames?: Pick<OwnNames, "publicUrl" | "hosts">;
  /** Which hosts nothing is answered for. Absent: whatever host a client says is served. */
  refusedHost?: RefusedHost;
  /** The clock, Unix milliseconds. */
  now: () => number;
  /** What serving payload and bytes takes besides. */
  payload: PayloadServices;
  /** Absent: no snapshots are made here, and all metadata comes from the origins. */
  snapshots?: SnapshotsAtEdge;
  /** The image catalogue. Absent as `snapshots` are: no repository's images are known. */
  images?: Pick<ImagesAtEdge, "catalogue">;
  /** How mirrors are probed, where they are. */
  rules: Rules;
  /** Absent: nothing is probed here. */
  fleet?: FleetAnswers;
  /** Rosters that were in force. Absent as `fleet` is. */
  past?: PastRosterSource;
  /** Absent: nobody adds up redirects. */
  statistics?: StatisticsAnswers;
  /** Absent: there are no accounts, and nothing can be changed through the API. */
  operators?: AskOperators;
  /** Absent: no packages are read here. */
  packages?: AskPackages;
  /** Absent: alarms are collected anew for each question. */
  alarms?: AlarmBoard;
  /** Absent: answers aren't counted. */
  traffic?: Traffic;
  /** Wishes by host name; absent: there are none, and the host isn't read. */
  labels?: HostLabels;
}
