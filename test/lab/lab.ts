/**
 * The lab: one origin and its mirrors on loopback, serving versions of small repositories, with faults that
 * are switched while it runs. Nothing in it contacts anything but loopback.
 */

import type { ApkKey } from "./apk-repository.ts";
import { type Certificates, makeCertificates } from "./certificates.ts";
import type { Certificate } from "./listener.ts";
import { type Place, places } from "./places.ts";
import { makeScratch } from "./scratch.ts";
import { LabServer, type LabServerOptions } from "./server.ts";

/** Trees that are built only where asked for. */
export type MoreTree = "pacman" | "apk" | "files" | "images";

/** The versions of the file trees that the origin and the mirrors serve. */
export interface Trees {
  /** How many there are; they are numbered from 1. */
  versions: number;
  /** The directory of a version. */
  root(version: number): string;
  /** The armoured public key that signed them, and its fingerprint, where they are signed. */
  publicKeyFile?: string | undefined;
  fingerprint?: string | undefined;
  /** Trees there are besides `lab/`, `lab-rpm/` and `lab-cd/`. */
  more?: readonly MoreTree[];
  /** The public half of what signed the apk repository. */
  apkKey?: Omit<ApkKey, "privateKey"> | undefined;
}

/** A mirror: a server with a place and a capacity, as the roster needs them. */
export class LabMirror extends LabServer {
  readonly place: Place;
  /** Mbit/s. */
  readonly capacity: number;

  constructor(options: LabServerOptions, place: Place, capacity: number) {
    super(options);
    this.place = place;
    this.capacity = capacity;
  }
}

export interface LabOptions {
  trees: Trees;
  /** How many mirrors. Default `defaultMirrors`. */
  mirrors?: number;
  /** Which mirrors, by number from 1, also speak https. Default none. */
  https?: (mirror: number) => boolean;
  /** What they show there, good for `labAddresses`. Default: made for this lab. */
  certificates?: Certificates;
  /** Base path of a mirror, by number from 1. Default `/mirrors/` for odd and `/pub/linux/` for even ones. */
  basePath?: (mirror: number) => string;
}

export interface Lab {
  trees: Trees;
  origin: LabServer;
  mirrors: LabMirror[];
  /** When any mirror speaks https: PEM of the authority a client must trust. */
  authorityFile?: string;
  /** And the certificate it signed, good for the mirrors and for a service at 127.0.0.1. */
  certificate?: Certificate;
  /** The mirror of that name (`mirror3`). Throws an Error naming the ones there are. */
  mirror(name: string): LabMirror;
  /** Throws an Error unless the trees have that version. */
  checkVersion(version: number): void;
  /** Origin and all mirrors serve that version from now on (those with a `stale` fault still don't). */
  publish(version: number): void;
  /** Heals the origin and all mirrors and forgets the logs. */
  reset(): Promise<void>;
  /** Closes every port and removes what the lab wrote. */
  stop(): Promise<void>;
}

const defaultMirrors = 5;
const originHost = "127.0.0.1";

/**
 * Starts a lab: the origin at 127.0.0.1, mirror k at 127.0.1.k, all on ports of the system's choice, version 1.
 * @throws Error when a port can't be opened, or https is asked for and openssl is missing.
 */
export async function startLab(options: LabOptions): Promise<Lab> {
  const { trees } = options;
  const count = options.mirrors ?? defaultMirrors;
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const httpsNumbers = numbers.filter((number) => options.https?.(number) ?? false);
  const scratch = makeScratch("lab");
  const certificates =
    httpsNumbers.length > 0
      ? (options.certificates ??
        (await makeCertificates(scratch.directory, [originHost, ...httpsNumbers.map(mirrorHost)])))
      : undefined;

  const root = (version: number) => trees.root(version);
  const origin = new LabServer({ name: "origin", host: originHost, root });
  const mirrors = numbers.map((number) => {
    const place = places[(number - 1) % places.length];
    if (!place) throw new Error("The lab has no places to put mirrors.");
    return new LabMirror(
      {
        name: `mirror${number}`,
        host: mirrorHost(number),
        basePath: options.basePath?.(number) ?? (number % 2 === 1 ? "/mirrors/" : "/pub/linux/"),
        root,
        ...(certificates &&
          httpsNumbers.includes(number) && { certificate: certificates.certificate }),
      },
      place,
      1000,
    );
  });
  const servers = [origin, ...mirrors];
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    scratch.remove();
  };
  try {
    await Promise.all(servers.map((server) => server.start()));
  } catch (error) {
    await stop();
    throw error;
  }

  const checkVersion = (version: number) => {
    if (Number.isInteger(version) && version >= 1 && version <= trees.versions) return;
    throw new Error(`No version ${version}; there is 1 to ${trees.versions}.`);
  };
  return {
    trees,
    origin,
    mirrors,
    ...certificates,
    mirror(name) {
      const found = mirrors.find((mirror) => mirror.name === name);
      if (!found) {
        throw new Error(
          `No mirror ${name || "named"}; there is mirror1 to mirror${mirrors.length}.`,
        );
      }
      return found;
    },
    checkVersion,
    publish(version) {
      checkVersion(version);
      for (const server of servers) server.serve(version);
    },
    async reset() {
      await Promise.all(servers.map((server) => server.setFault(undefined)));
      for (const server of servers) server.log.clear();
    },
    stop,
  };
}

/** The addresses of a lab of so many mirrors and of a service beside it. */
export function labAddresses(mirrors = defaultMirrors): string[] {
  return [originHost, ...Array.from({ length: mirrors }, (_, index) => mirrorHost(index + 1))];
}

function mirrorHost(number: number): string {
  return `127.0.${1 + Math.floor((number - 1) / 250)}.${1 + ((number - 1) % 250)}`;
}
