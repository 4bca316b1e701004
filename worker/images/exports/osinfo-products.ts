/** What osinfo-db calls distributions: ids, names and makers as its `data/os` has them. Pure. */
import { ownValue } from "../../runtime/own-value.ts";

/** A distribution in the words of osinfo-db. */
export interface Product {
  /** What ids begin with, without the series. */
  id: string;
  /** What short ids begin with. */
  short: string;
  name: string;
  vendor: string;
  /** Absent: `linux`. */
  family?: string;
  distro: string;
  /** What a series without versions is called in ids and short ids. */
  rolling?: { id: string; short: string; name: string };
}

const products: Readonly<Record<string, Product>> = {
  almalinux: {
    id: "http://almalinux.org/almalinux/",
    short: "almalinux",
    name: "AlmaLinux",
    vendor: "AlmaLinux OS Foundation",
    distro: "almalinux",
  },
  alpine: {
    id: "http://alpinelinux.org/alpinelinux/",
    short: "alpinelinux",
    name: "Alpine Linux",
    vendor: "Alpine Linux Project",
    distro: "alpinelinux",
  },
  archlinux: {
    id: "http://archlinux.org/archlinux/",
    short: "archlinux",
    name: "Arch Linux",
    vendor: "Arch Linux",
    distro: "archlinux",
    rolling: { id: "rolling", short: "", name: "" },
  },
  centos: {
    id: "http://centos.org/centos-stream/",
    short: "centos-stream",
    name: "CentOS Stream",
    vendor: "CentOS",
    distro: "centos",
  },
  debian: {
    id: "http://debian.org/debian/",
    short: "debian",
    name: "Debian",
    vendor: "Debian Project",
    distro: "debian",
  },
  fedora: {
    id: "http://fedoraproject.org/fedora/",
    short: "fedora",
    name: "Fedora Linux",
    vendor: "Fedora Project",
    distro: "fedora",
  },
  freebsd: {
    id: "http://freebsd.org/freebsd/",
    short: "freebsd",
    name: "FreeBSD",
    vendor: "FreeBSD Project",
    family: "freebsd",
    distro: "freebsd",
  },
  opensuse: {
    id: "http://opensuse.org/opensuse/",
    short: "opensuse",
    name: "openSUSE Leap",
    vendor: "openSUSE",
    distro: "opensuse",
    rolling: { id: "tumbleweed", short: "tumbleweed", name: "openSUSE Tumbleweed" },
  },
  rocky: {
    id: "http://rockylinux.org/rocky/",
    short: "rocky",
    name: "Rocky Linux",
    vendor: "Rocky Enterprise Software Foundation",
    distro: "rocky",
  },
  ubuntu: {
    id: "http://ubuntu.com/ubuntu/",
    short: "ubuntu",
    name: "Ubuntu",
    vendor: "Canonical Ltd",
    distro: "ubuntu",
  },
};

/** Other words of the catalogue for the same distribution. */
const also: Readonly<Record<string, string>> = { arch: "archlinux", "centos-stream": "centos" };

/** One series in the words of osinfo-db. */
export interface OsNames extends Omit<Product, "rolling" | "short"> {
  /** As libosinfo looks for it: the id without `http://`, its path's slashes as hyphens. */
  file: string;
  shortId: string;
  /** Empty: it has no versions. */
  version: string;
  isRolling: boolean;
}

/** Series that have no versions: what is published is always the newest. */
const rollingSeries = ["", "rolling", "tumbleweed", "latest"];

/** A distribution's series. @param of.title of the distribution, for people */
export function osNames(of: { distribution: string; series: string; title: string }): OsNames {
  const { distribution, series, title } = of;
  const word = ownValue(also, distribution) ?? distribution;
  const known = Object.hasOwn(products, word) ? products[word] : undefined;
  const product = known ?? {
    // A host that never will be (RFC 2606): the same id at each service, and never one of osinfo-db's.
    id: `http://nearmirror.invalid/${encodeURIComponent(distribution)}/`,
    short: distribution,
    name: title,
    vendor: title,
    distro: distribution,
  };
  const isRolling = rollingSeries.includes(series);
  const { rolling = { id: "rolling", short: "", name: "" }, short, ...rest } = product;
  if (isRolling) {
    const { id, name } = rolling;
    const named = { ...inFile(product.id + id), name: name === "" ? product.name : name };
    return { ...rest, ...named, shortId: short + rolling.short, version: "", isRolling };
  }
  // `9-stream` is `9` there: the stream is in the product's name.
  const version = word === "centos" ? (/^\d+/.exec(series)?.[0] ?? series) : series;
  const names = {
    ...inFile(product.id + encodeURIComponent(version)),
    name: `${product.name} ${version}`,
  };
  return { ...rest, ...names, shortId: short + version, version, isRolling };
}

function inFile(id: string): { id: string; file: string } {
  const [host = "", ...path] = id.replace("http://", "").split("/");
  return { id, file: `${host}/${path.join("-")}` };
}
