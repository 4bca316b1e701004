/** All conformance rows, in the order they are run and printed. */

import type { Row } from "./row.ts";
import { aptRows } from "./rows-apt.ts";
import { aptChangeRows } from "./rows-apt-change.ts";
import { aptResumeRows } from "./rows-apt-resume.ts";
import { curlRows } from "./rows-curl.ts";
import { dnfRows } from "./rows-dnf.ts";
import { httpsRows } from "./rows-https.ts";
import { snapshotRows } from "./rows-snapshots.ts";

export const rows: readonly Row[] = [
  ...aptRows,
  ...aptResumeRows,
  ...aptChangeRows,
  ...dnfRows,
  ...curlRows,
  ...httpsRows,
  ...snapshotRows,
];
