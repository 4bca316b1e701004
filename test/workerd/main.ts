/** Both scripts as one, for tests: the classes are tested from inside, which only a Worker's own are. */
export { default } from "../../worker/index.ts";
export {
  Fleet,
  Operations,
  PackageSearch,
  Packages,
  Prober,
  Repository,
  Statistics,
  Torrents,
} from "../../worker/watchers/index.ts";
