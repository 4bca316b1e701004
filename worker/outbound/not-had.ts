/** Why a server's file can't be given. Pure. */

/** Why there is no file. */
export interface NotHad {
  /** `absent`: the origin hasn't got it; `wrong`: it gives other bytes, or none; `unreachable`: no server answers. */
  kind: "absent" | "wrong" | "unreachable";
  /** A sentence. */
  why: string;
}

/** No client waits longer. */
export function tooLate(): NotHad {
  return { kind: "unreachable", why: "It could not be read in time." };
}

/** @param size bytes the file has to have; undefined: not known */
export function faultOf(
  { status, headers }: Response,
  size: number | undefined,
  ofPart: boolean,
): NotHad | undefined {
  if (status === 404 || status === 410 || status === 403) {
    return { kind: "absent", why: `It answers ${status}.` };
  }
  if (ofPart && status === 416) return undefined;
  if (status !== 200 && !(ofPart && status === 206)) {
    return { kind: "wrong", why: `It answers ${status}.` };
  }
  const told =
    status === 206
      ? /\/(\d{1,15})$/.exec(headers.get("Content-Range") ?? "")?.[1]
      : headers.get("Content-Length");
  if (size === undefined || told === undefined || told === null || Number(told) === size) {
    return undefined;
  }
  return { kind: "wrong", why: `It has ${told} bytes, where its index says ${size}.` };
}

/** It answered, if not with the file. */
export function isAnswer({ kind }: NotHad): boolean {
  return kind !== "unreachable";
}
