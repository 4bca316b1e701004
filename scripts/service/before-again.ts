/** What is done before workerd is started again. Nothing that the launcher needs while all is well. */
import { takeOwnViews } from "./own-list.ts";
import type { LogLine } from "./quiet-log.ts";
import type { StoreLayout } from "./store-layout.ts";
import { removeUnfinishedBlobs } from "./unfinished-blobs.ts";

/** Makes room for the next workerd, which has the service's own list. @throws what the file system says */
export function beforeAgain(layout: StoreLayout, log: (line: LogLine) => void): void {
  removeUnfinishedBlobs(layout.blobs);
  takeOwnViews(layout, log);
}
