/** The forms of upstream lists that are read, by the name that `import` has for each. */
import { parseAlmalinuxMirror } from "./almalinux.ts";
import { parseAlpineList } from "./alpine.ts";
import { parseArchStatus } from "./arch.ts";
import { parseDebianList } from "./debian.ts";
import type { ParsedList } from "./entry.ts";
import { parseGentooList } from "./gentoo.ts";
import { parseHostPaths } from "./kali.ts";
import { parseManjaroList } from "./manjaro.ts";
import { parseMetalink } from "./metalink.ts";
import { parseMirmon } from "./mirmon.ts";
import { parseMirrorbits } from "./mirrorbits.ts";
import { parseMirrorManager } from "./mirrormanager.ts";
import { parseMirrorz } from "./mirrorz.ts";
import { parseMirrorCacheTable } from "./opensuse.ts";
import { parsePacmanList } from "./pacman-list.ts";
import { parseTermuxMirror } from "./termux.ts";
import { parseTunasync } from "./tunasync.ts";
import { parseUbuntuList } from "./ubuntu.ts";
import { parseVoidList } from "./void.ts";

export const listKinds = [
  "debian",
  "ubuntu",
  "almalinux",
  "arch",
  "alpine",
  "opensuse",
  "kali",
  "metalink",
  "mirrorz",
  "tunasync",
  "mirmon",
  "mirrorbits",
  "mirrormanager",
  "mirrorlist",
  "void",
  "gentoo",
  "termux",
  "manjaro",
] as const;
export type ListKind = (typeof listKinds)[number];

/** A file of a list, and what reading it takes besides. */
export interface ListFile {
  text: string;
  /** The file's name without its folder. */
  name: string;
  /** Ours that the list is of, as the operator says it. */
  repository?: string;
  /** Architectures of our repositories, by name: what there is, and what of it is listed. */
  architectures: Readonly<Record<string, readonly string[]>>;
  /** mirrorz: its names of repositories, by the names that sites use. */
  names: Readonly<Record<string, string>>;
  /** Base URL of the site that the file is of, where the file doesn't say it. */
  site?: string;
}

/** A form of list. */
export interface ListForm {
  /** What a file of it is, to follow "isn't". */
  called: string;
  /** Whether `--repository` says whose list it is: `never` where the list tells, `maybe` for another than the usual one. */
  repository: "never" | "maybe" | "always";
  /** @throws WrongForm, or another Error with a sentence, where the file can't be read as such a list */
  read(file: ListFile): ParsedList;
}

export const listForms: Readonly<Record<ListKind, ListForm>> = {
  debian: {
    called: "Debian's Mirrors.masterlist (stanzas of `Site:` and `Archive-http:`)",
    repository: "maybe",
    read: ({ text, architectures, repository }) => parseDebianList(text, architectures, repository),
  },
  ubuntu: {
    called: "Ubuntu's mirrors.txt (`#LOC:` lines and one URL a line)",
    repository: "never",
    read: ({ text }) => parseUbuntuList(text),
  },
  almalinux: {
    called: "AlmaLinux's mirrors.d (YAML with an `address`, one mirror a file)",
    repository: "never",
    read: ({ text, name }) => parseAlmalinuxMirror(text, name),
  },
  arch: {
    called: "Arch Linux's mirror status (JSON with `last_check` and `urls`)",
    repository: "maybe",
    read: ({ text, repository = "archlinux" }) => parseArchStatus(text, repository),
  },
  alpine: {
    called: "Alpine's mirrors.yaml (a YAML list of mirrors with `urls`)",
    repository: "maybe",
    read: ({ text, repository = "alpine" }) => parseAlpineList(text, repository),
  },
  opensuse: {
    called: "MirrorCache's table of servers (CSV with hostname, urldir, country)",
    repository: "maybe",
    read: ({ text, repository = "opensuse" }) => parseMirrorCacheTable(text, repository),
  },
  kali: {
    called: "a list of Kali's mirrors (a host and a path a line)",
    repository: "maybe",
    read: ({ text, repository = "kali" }) => parseHostPaths(text, repository),
  },
  metalink: {
    called: "a metalink of MirrorManager's (XML with the URLs of a `repomd.xml`)",
    repository: "always",
    read: ({ text, repository = "" }) => parseMetalink(text, repository),
  },
  mirrorz: {
    called: "a site's mirrorz.json or mirrorz.d.json (JSON with `site` and `mirrors`)",
    repository: "never",
    read: ({ text, name, architectures, names }) =>
      parseMirrorz(text, name, { known: Object.keys(architectures), names }),
  },
  tunasync: {
    called: "a site's tunasync.json (a JSON list of jobs with `name` and `status`)",
    repository: "never",
    read: ({ text, site = "", architectures, names }) =>
      parseTunasync(text, { site, known: Object.keys(architectures), names }),
  },
  mirmon: {
    called:
      "mirmon's list, as `mirrorbits export mirmon` writes it (a country's code and a URL a line)",
    repository: "always",
    read: ({ text, repository = "" }) => parseMirmon(text, repository),
  },
  mirrorbits: {
    called: "mirrorbits' answer to `FILE?mirrorlist` as JSON (with a `MirrorList`)",
    repository: "always",
    read: ({ text, repository = "" }) => parseMirrorbits(text, repository),
  },
  mirrormanager: {
    called: "MirrorManager's hosts (JSON with `hosts`, each with `categories` of `urls`)",
    repository: "always",
    read: ({ text, repository = "" }) => parseMirrorManager(text, repository),
  },
  mirrorlist: {
    called: "pacman's mirrorlist (`Server = URL` lines below headings of countries)",
    repository: "always",
    read: ({ text, repository = "" }) => parsePacmanList(text, repository),
  },
  void: {
    called: "Void Linux' mirrors.yaml (a YAML list of mirrors with `base_url`)",
    repository: "always",
    read: ({ text, repository = "" }) => parseVoidList(text, repository),
  },
  gentoo: {
    called: "Gentoo's distfiles.xml (XML with a `mirror` in a `mirrorgroup`)",
    repository: "always",
    read: ({ text, repository = "" }) => parseGentooList(text, repository),
  },
  termux: {
    called: 'a file of Termux\' mirrors (`MAIN="URL"`, one mirror a file)',
    repository: "always",
    read: ({ text, name, repository = "" }) => parseTermuxMirror(text, name, repository),
  },
  manjaro: {
    called: "Manjaro's mirrors.json (a JSON list with `country`, `url` and `protocols`)",
    repository: "always",
    read: ({ text, repository = "" }) => parseManjaroList(text, repository),
  },
};
