/** A socket that was handed down, as by systemd, and turns out to be none that a service can be served at. */
import { reasonOf } from "../../worker/runtime/reason.ts";
import type { WorkerdProcess } from "./workerd-process.ts";

const remedy =
  "Give it one by ListenStream=ADDRESS:PORT (nearmirror.socket), or start it without LISTEN_PID and LISTEN_FDS.";

/**
 * Waits for a workerd that begins on such a socket.
 *
 * @param name of the socket
 * @throws Error with a sentence where it is no socket, one of datagrams, one that doesn't listen, or a Unix socket
 */
export async function servedAtGiven(
  starting: Promise<WorkerdProcess>,
  name: string,
): Promise<WorkerdProcess> {
  let started: WorkerdProcess;
  try {
    started = await starting;
  } catch (error) {
    // workerd names the option where it refuses what is at the descriptor.
    if (!reasonOf(error).includes("--socket-fd=")) throw error;
    throw new Error(`What the service was given to listen at is no socket that listens. ${remedy}`);
  }
  if (started.ports.get(name) !== 0) return started;
  await started.stop(0);
  throw new Error(
    `The service was given a socket without a port, as a Unix socket is: clients and its own checks need one. ${remedy}`,
  );
}
