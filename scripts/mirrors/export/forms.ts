/** The forms that lists are written in, by the names that `import` has for them, and why the others are none. */
import type { ListKind } from "../import/lists.ts";
import { alpineForm } from "./alpine.ts";
import { archStatusForm } from "./arch-status.ts";
import { debianForm } from "./debian.ts";
import type { ExportForm } from "./form.ts";
import { gentooForm } from "./gentoo.ts";
import { hostPathsForm } from "./host-paths.ts";
import { manjaroForm } from "./manjaro.ts";
import { mirmonForm } from "./mirmon.ts";
import { mirrorCacheForm } from "./mirrorcache.ts";
import { mirrorManagerForm } from "./mirrormanager.ts";
import { mirrorzDForm, mirrorzForm } from "./mirrorz.ts";
import { pacmanListForm } from "./pacman-list.ts";
import { termuxForm } from "./termux.ts";
import { ubuntuForm } from "./ubuntu.ts";
import { voidForm } from "./void.ts";

/** `mirrorz-d` is mirrorz.d.json, which `import mirrorz` reads. */
export type ExportKind = ListKind | "mirrorz-d";

/** A form, or the reason why lists aren't written in it: a sentence. */
export const exportForms: Readonly<Record<ExportKind, ExportForm | string>> = {
  debian: debianForm,
  ubuntu: ubuntuForm,
  almalinux:
    "almalinux's files are written by the mirrors themselves, in a repository of AlmaLinux's; take --format mirmon or mirrormanager for a list.",
  arch: archStatusForm,
  alpine: alpineForm,
  opensuse: mirrorCacheForm,
  kali: hostPathsForm,
  metalink:
    "A metalink is of one file, with its hashes and the mirrors for one client: the service answers it at FILE.meta4 and at /metalink?repo=NAME.",
  mirrorz: mirrorzForm,
  "mirrorz-d": mirrorzDForm,
  tunasync:
    "tunasync.json tells how the jobs of one site's tunasync ended, which no list knows; take --format mirrorz.",
  mirmon: mirmonForm,
  mirrorbits:
    "mirrorbits reads no file of mirrors, and its own export is mirmon's list: take --format mirmon.",
  mirrormanager: mirrorManagerForm,
  mirrorlist: pacmanListForm,
  void: voidForm,
  gentoo: gentooForm,
  termux: termuxForm,
  manjaro: manjaroForm,
};

export const exportKinds: readonly ExportKind[] = Object.keys(exportForms).filter(
  (name): name is ExportKind =>
    Object.hasOwn(exportForms, name) && typeof formNamed(name) === "object",
);

function formNamed(name: string): ExportForm | string | undefined {
  return Object.entries(exportForms).find(([one]) => one === name)?.[1];
}

/** The form of that name, or a sentence on why there is none. */
export function formOf(name: string): ExportForm | { fault: string } {
  const form = formNamed(name);
  if (typeof form === "object") return form;
  if (form !== undefined) return { fault: form };
  return {
    fault: `${name} is no form of list that is written. There are: ${exportKinds.join(", ")}.`,
  };
}
