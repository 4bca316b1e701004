/** Whether a service can listen at an address, asked before anything is built or started. */
import { once } from "node:events";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { parts } from "../program/parts.ts";

/** A name that isn't resolved within this, ms, is none: without a network a resolver may take half a minute to say so. */
const resolveMs = 5000;

/**
 * Why nothing can listen there, as a sentence that says what to do; undefined: something can.
 *
 * @param host an address, a name, or `*` for all addresses
 * @param port 0: any that is free
 */
export async function addressFault(host: string, port: number): Promise<string | undefined> {
  if (host === "") return `--host is empty; give an address of this machine: ${ownAddresses()}.`;
  const server = createServer();
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), resolveMs);
  try {
    server.listen({ host: host === "*" ? "0.0.0.0" : host, port });
    await once(server, "listening", { signal: deadline.signal });
    return undefined;
  } catch (error) {
    return faultOf(String(Reflect.get(Object(error), "code")), { host, port });
  } finally {
    clearTimeout(timer);
    server.close();
  }
}

function faultOf(code: string, { host, port }: { host: string; port: number }): string {
  switch (code) {
    case "EADDRINUSE":
      return `Port ${port} is in use. Where it is another service of this kind, stop that one, or start this one with a port and a store of its own: ${parts.serveCommand} --port ${port + 1} --store DIR`;
    case "EACCES":
      return `Port ${port} may not be listened at by this user. Give one from 1024 on: ${parts.serveCommand} --port 8080`;
    case "EADDRNOTAVAIL":
      return `--host ${host} is no address of this machine. It has ${ownAddresses()}.`;
    default:
      return `--host ${host} is no address, and no name that this machine can resolve. It has ${ownAddresses()}.`;
  }
}

function ownAddresses(): string {
  const own = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  return [...new Set(own.map(({ address }) => address)), "0.0.0.0 for all"].join(", ");
}
