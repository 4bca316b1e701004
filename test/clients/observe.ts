/** Questions rows ask about what was logged, and waiting for the service to follow a change. */

import { basename } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { aptPackages } from "../lab/apt-packages.ts";
import type { Fault } from "../lab/faults.ts";
import type { LabMirror } from "../lab/lab.ts";
import { formatRequest, type LoggedRequest } from "../lab/request-log.ts";
import { check, type RowContext } from "./row.ts";

/**
 * Requests that clients sent to mirrors, oldest first per mirror. What the service itself asks a mirror
 * (a proof before a redirect, a probe) is left out: it carries no client's User-Agent.
 */
export function atMirrors(context: RowContext): LoggedRequest[] {
  return context.lab.mirrors.flatMap((mirror) => mirror.log.requests.filter(fromClient));
}

/** Whether a client under test sent a request, by its User-Agent. */
export function fromClient(request: LoggedRequest): boolean {
  return /APT-HTTP|libdnf|dnf|^curl\/|^ZYpp|^pacman|^aria2|^[Ww]get|^pip\/|^npm\/|^lab-apk/.test(
    request.headers["user-agent"] ?? "",
  );
}

/** Throws unless no mirror was asked for a metadata file. */
export function checkNoMetadataAtMirrors(context: RowContext): void {
  const metadata = atMirrors(context).filter(({ path }) =>
    /\/dists\/|\/repodata\/|\.db(?:\.sig)?$|APKINDEX/.test(path),
  );
  check(
    metadata.length === 0,
    `mirrors were asked for metadata: ${metadata.map(formatRequest).join("; ")}`,
  );
}

/** Throws unless the file was fetched whole from a mirror; returns that mirror's request. */
export function fetchedFromMirror(context: RowContext, fileName: string): LoggedRequest {
  const found = atMirrors(context).find(
    (request) =>
      request.method === "GET" &&
      decodeURIComponent(request.path).endsWith(`/${fileName}`) &&
      [200, 206].includes(request.status),
  );
  check(found !== undefined, `no mirror was asked for ${fileName}`);
  return found;
}

/** Throws if the origin was asked for the bytes of a payload file. */
export function checkNoPayloadAtOrigin(context: RowContext): void {
  const payload = context.lab.origin.log.requests.filter(
    ({ method, path }) => method === "GET" && /\.(?:deb|rpm|iso|zst|apk|whl|tgz)$/.test(path),
  );
  check(
    payload.length === 0,
    `the origin was asked for payload: ${payload.map(formatRequest).join("; ")}`,
  );
}

/** File name in the pool of a lab package in a version of the repository. */
export function debFileName(name: string, version = 1): string {
  return basename(debFile(name, version));
}

/** Path of a lab package in the repository, percent-encoded. */
export function debPath(name: string, version = 1): string {
  return encodeURI(debFile(name, version));
}

/** Path of a lab package in the repository, as it is on disk. */
export function debFile(name: string, version = 1): string {
  const found = aptPackages(version).find((item) => item.name === name);
  check(found !== undefined, `the lab has no package ${name}`);
  return found.file;
}

/** The mirror that answered a logged request. */
export function mirrorOf(context: RowContext, request: LoggedRequest): LabMirror {
  return context.lab.mirror(request.server);
}

/**
 * Waits until an answer of the service satisfies a condition: the edge follows a publish within seconds, and
 * has no event to wait for from outside.
 * @param path below the service's base URL, with a leading slash. Redirects are not followed.
 * @throws Error with the last answer when 30 s (or the row's deadline) pass.
 */
export async function until(
  context: RowContext,
  path: string,
  wanted: (answer: { status: number; location: string; text: string }) => boolean,
  method: "GET" | "HEAD" = "GET",
): Promise<void> {
  const url = `${context.service.url.replace(/\/$/, "")}${path}`;
  const end = Date.now() + 30_000;
  for (;;) {
    const reply = await fetch(url, { method, redirect: "manual", signal: context.signal });
    const text = await reply.text();
    const answer = { status: reply.status, location: reply.headers.get("location") ?? "", text };
    if (wanted(answer)) return;
    check(
      Date.now() < end,
      `the service did not follow: ${path} still gives ${answer.status} ${answer.location}`,
    );
    await pause(250);
  }
}

/** The mirror nearest to every row's client; a redirector to the nearest mirror knows no other. */
export const nearest = "mirror1";

/**
 * Puts a fault on the nearest mirror. Where mirrors are probed, waits until the service offers that mirror to nobody
 * for a file; where they aren't, nothing but its proof stands between the client and the fault.
 * @param path of the file below the service's base URL, with a leading slash
 */
export async function breakNearest(context: RowContext, fault: Fault, path = ""): Promise<void> {
  await context.lab.mirror(nearest).setFault(fault);
  if (path === "" || context.plain) return;
  await until(context, `${path}?trace`, ({ text }) => {
    const mirrors: unknown = Reflect.get(Object(JSON.parse(text)), "mirrors");
    if (!Array.isArray(mirrors)) return false;
    return !mirrors.some(({ mirror, rank }) => mirror === nearest && typeof rank === "number");
  });
}

/** Waits until the probes of all mirrors have found them up. */
export async function allUp(context: RowContext): Promise<void> {
  for (const { name } of context.lab.mirrors) {
    await until(context, `/api/v1/mirrors/${name}`, ({ text }) => {
      const targets: unknown = Reflect.get(Object(JSON.parse(text)), "targets");
      if (!Array.isArray(targets) || targets.length === 0) return false;
      return targets.every(({ state }) => state === "up");
    });
  }
}

/** How often a mirror's answer was asked for by a client under test. */
export function askedOf(context: RowContext, mirror: string): LoggedRequest[] {
  return context.lab.mirror(mirror).log.requests.filter(fromClient);
}

/** Waits until the nearest mirror is proven to have a file without being asked for it: by its generation. */
export async function untilProven(context: RowContext, path: string): Promise<void> {
  await until(context, `${path}?trace`, ({ text }) => {
    const mirrors: unknown = Reflect.get(Object(JSON.parse(text)), "mirrors");
    if (!Array.isArray(mirrors)) return false;
    const proven = mirrors.filter(({ proof }) => proof === "generation");
    return proven.length === context.lab.mirrors.length;
  });
}
