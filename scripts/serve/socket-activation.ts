/** A socket that systemd listens at for the service (`nearmirror.socket`), as sd_listen_fds(3) tells it. Pure. */

/** Descriptors begin behind the three that every program has. */
const firstDescriptor = 3;

/**
 * @param pid of this process: the variables may be inherited from another that they were meant for
 * @returns the socket's descriptor; undefined: none was given
 * @throws Error with a sentence where several were given: which one is to be served isn't said; or where it is no number
 */
export function givenSocket(
  environment: Readonly<Record<string, string | undefined>>,
  pid: number,
): number | undefined {
  if (environment.LISTEN_PID !== String(pid)) return undefined;
  const said = environment.LISTEN_FDS ?? "0";
  const count = /^\d+$/.test(said) ? Number(said) : undefined;
  if (count === 0) return undefined;
  if (count === undefined) {
    throw new Error(
      `LISTEN_FDS is "${said}", and has to be the number of sockets that were given. Start the service by systemd, or without LISTEN_PID and LISTEN_FDS.`,
    );
  }
  if (count !== 1) {
    throw new Error(
      `systemd gave ${count} sockets, and one is served: keep one ListenStream= in the unit.`,
    );
  }
  return firstDescriptor;
}
