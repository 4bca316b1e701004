/** All conformance rows, in the order they are printed. */

import type { Row } from "./row.ts";
import { apkRows } from "./rows-apk.ts";
import { aptRows } from "./rows-apt.ts";
import { aptChangeRows } from "./rows-apt-change.ts";
import { aptFaultRows } from "./rows-apt-faults.ts";
import { aptResumeRows } from "./rows-apt-resume.ts";
import { aptWaysRows } from "./rows-apt-ways.ts";
import { curlRows } from "./rows-curl.ts";
import { dnf5Rows, dnfRows } from "./rows-dnf.ts";
import { dnfFaultRows } from "./rows-dnf-faults.ts";
import { downloadRows } from "./rows-downloads.ts";
import { httpsRows } from "./rows-https.ts";
import { imageRows } from "./rows-images.ts";
import { listRows } from "./rows-lists.ts";
import { packageRows } from "./rows-packages.ts";
import { pacmanRows } from "./rows-pacman.ts";
import { programRows } from "./rows-programs.ts";
import { snapshotRows } from "./rows-snapshots.ts";
import { torrentRows } from "./rows-torrents.ts";
import { zypperRows } from "./rows-zypper.ts";

const own: readonly Row[] = [
  ...aptRows,
  ...aptWaysRows,
  ...aptResumeRows,
  ...aptChangeRows,
  ...aptFaultRows,
  ...dnfRows,
  ...dnfFaultRows,
  ...zypperRows,
  ...pacmanRows,
  ...apkRows,
  ...curlRows,
  ...downloadRows,
  ...imageRows,
  ...torrentRows,
  ...listRows,
  ...httpsRows,
  ...snapshotRows,
  ...programRows,
  ...packageRows,
];

/** All rows, in the table's order. */
export const rows: readonly Row[] = [...own, ...dnf5Rows(own)];
