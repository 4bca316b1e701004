/** Findings on the state folder. Pure. */
import type { Facts } from "./facts.ts";
import type { Finding } from "./finding.ts";

/** SQLite makes files beside its databases: with fewer free than this it soon can't, files. */
const fewFiles = 1000;

export function storeFindings({ store, command, address }: Facts): Finding[] {
  const { folder } = store;
  const found: Finding[] = [];
  const wrong = (name: string, says: string, todo: string) =>
    found.push({ name, level: "wrong", says, todo });
  const warning = (name: string, says: string, todo: string) =>
    found.push({ name, level: "warning", says, todo });

  if (store.unwritable !== undefined) {
    wrong(
      "store-not-writable",
      `The state folder ${folder} can't be written: ${store.unwritable}.`,
      "Run the doctor as the service's user; if it says the same, give the folder to that user (chown), or name another with NEARMIRROR_STORE.",
    );
  }
  if (store.foreignPart !== undefined) {
    wrong(
      "store-foreign-part",
      `${store.foreignPart} in the state folder ${folder} belongs to another user than the folder itself: the service may not write it.`,
      `chown -R ${store.uid ?? "USER"} ${folder}, and start the service as that user alone.`,
    );
  }
  if (store.formatFault !== undefined) {
    wrong(
      "store-format-damaged",
      `format.json in ${folder} can't be read: ${store.formatFault}.`,
      `Restore the last backup: ${command} restore BACKUP.`,
    );
  }
  if (store.format !== undefined && store.format > store.knownFormat) {
    wrong(
      "store-newer",
      `The state has format ${store.format}, and this version knows ${store.knownFormat}: a newer version wrote it.`,
      "Start the newer version again, or restore the backup that was made before it.",
    );
  }
  if (store.isRestoreInterrupted) {
    wrong(
      "restore-interrupted",
      `A restore into ${folder} was interrupted.`,
      `Give ${command} restore again.`,
    );
  }
  // Locked, and nothing of ours answers: by a service that is starting, hangs, or listens elsewhere.
  const answers = address.inUse !== undefined && "health" in address.inUse;
  if (store.lockedBy !== undefined && !answers) {
    wrong(
      "store-locked",
      `The state folder ${folder} is in use by process ${store.lockedBy}, and no service answers at ${address.url}.`,
      "Look what that process is (ps -p): a service with another port, or one that hangs. End it before another is started.",
    );
  }
  const { disk } = store;
  if (disk !== undefined && disk.freeBytes < disk.marginBytes) {
    wrong(
      "disk-full",
      `The state folder's disk has ${megabytes(disk.freeBytes)} free, less than the margin of ${megabytes(disk.marginBytes)}: nothing is cached, and no new metadata is stored.`,
      "Make room, or move the state to a larger disk (docs/operating/state.md).",
    );
  } else if (disk !== undefined && disk.freeBytes < 2 * disk.marginBytes) {
    warning(
      "disk-nearly-full",
      `The state folder's disk has ${megabytes(disk.freeBytes)} free; below ${megabytes(disk.marginBytes)} nothing is cached.`,
      "Make room.",
    );
  }
  if (disk !== undefined && disk.freeFiles > 0 && disk.freeFiles < fewFiles) {
    wrong(
      "disk-no-files",
      `The state folder's file system has room for ${disk.freeFiles} more files.`,
      "Remove files there, or move the state to another file system.",
    );
  }
  if (store.broken.length > 0) {
    warning(
      "store-broken-parts",
      `Parts of the state were broken and moved aside: ${store.broken.join(", ")} in ${folder}/broken.`,
      "The service has rebuilt them. Look at the disk (dmesg, smartctl), then remove them.",
    );
  }
  if (store.beforeRestores.length > 0) {
    warning(
      "store-before-restore",
      `What was there before a restore still takes room: ${store.beforeRestores.join(", ")} in ${folder}.`,
      "Remove it when all is well.",
    );
  }
  return found;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
