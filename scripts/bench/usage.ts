/** What `npm run bench` takes. */
import { rowNames, rows } from "./rows.ts";

const flag = { type: "boolean", default: false } as const;

export const benchOptions = {
  json: flag,
  rounds: { type: "string", default: "10" },
  seconds: { type: "string", default: "3" },
  clients: { type: "string" },
  connections: { type: "string", default: "64" },
  picture: { type: "string" },
  "open-loop": flag,
  files: flag,
  cold: flag,
  probing: flag,
  against: { type: "string" },
  presence: flag,
  images: flag,
  started: flag,
  pages: flag,
  renders: flag,
  starts: flag,
  memory: flag,
  torrents: flag,
  history: flag,
  console: flag,
  operators: flag,
  counting: flag,
  counted: flag,
  help: flag,
} as const;

export const usage = [
  "npm run bench [-- --json --rounds N --seconds N --clients N --connections N]",
  "",
  "In place of 20, 300 and 1,000 mirrors:",
  ...rowNames.map((name) => `  ${`--${name}`.padEnd(13)}  ${rows[name].help}`),
  "  --probing      1,000 mirrors, not probed and probed: what probing costs the edge",
  "  --against DIR  1,000 mirrors, with the Worker of another checkout and with this one's",
  "  --presence     how long looking a file up takes; --json and --rounds alone count",
  "  --images       how long filtering 20,000 images takes; --json alone counts",
  "  --started      the service as npm start runs it, and plain workerd with the same Worker",
  "  --pages        each page, and a Worker that returns the same bytes from memory",
  "  --renders      processor time of each page that isn't held; --json and --rounds alone count",
  "  --starts       time from `npm start` to the first answer; --json and --rounds alone count",
  "  --memory       memory of all the service's processes after --clients (30000) clients of the real list",
  "  --torrents     processor time that reading a GiB for a torrent takes; --json and --rounds alone count",
  "  --history      what the history of rosters takes: a simulated week, minutes; --json alone counts",
  "  --operators    time of the operators' API with the real list, and memory; --json and --rounds alone count",
  "  --console      time of the operators' list of all mirrors; --json and --rounds alone count",
  "  --counted      1,000 mirrors, redirects counted and not counted: what counting costs the edge",
  "  --counting     how long counting a redirect takes; --json and --rounds alone count",
].join("\n");
