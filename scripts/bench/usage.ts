/** What `npm run bench -- --help` prints. */
export const usage =
  "npm run bench [-- --json --rounds N --seconds N --clients N --connections N]\n\n" +
  "In place of 20, 300 and 1,000 mirrors:\n" +
  "  --probing      1,000 mirrors, not probed and probed: what probing costs the edge\n" +
  "  --against DIR  1,000 mirrors, with the Worker of another checkout and with this one's\n" +
  "  --presence     how long looking a file up takes; --json and --rounds alone count\n" +
  "  --images       how long filtering 20,000 images takes; --json alone counts\n" +
  "  --started      the service as npm start runs it, and plain workerd with the same Worker\n" +
  "  --pages        each page, and a Worker that returns the same bytes from memory\n" +
  "  --renders      processor time of each page that isn't held; --json and --rounds alone count\n" +
  "  --starts       time from `npm start` to the first answer; --json and --rounds alone count\n" +
  "  --memory       memory of all the service's processes after --clients (30000) clients of the real list\n" +
  "  --torrents     processor time that reading a GiB for a torrent takes; --json and --rounds alone count\n" +
  "  --history      what the history of rosters takes: a simulated week, minutes; --json alone counts\n" +
  "  --operators    time of the operators' API with the real list, and memory; --json and --rounds alone count\n" +
  "  --audit        time of a page of an audit log of 200,000 entries; --json alone counts\n" +
  "  --console      time of the operators' list of all mirrors; --json and --rounds alone count\n" +
  "  --counted      1,000 mirrors, redirects counted and not counted: what counting costs the edge\n" +
  "  --instructions instructions a redirect takes, counted by valgrind: minutes, on a busy machine too\n" +
  "  --counting     how long counting a redirect takes; --json and --rounds alone count";
