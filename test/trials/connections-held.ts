/** Connections that keep a service busy and ask for little: idle ones, and ones that are slow in each way there is. */
import { connect, type Socket } from "node:net";

export interface HeldOptions {
  port: number;
  /** The address that all of them come from. */
  from: string;
  idle: number;
  slow: number;
  /** Path of a large answer, which slow readers ask for. */
  large: string;
}

export interface Held {
  /** Open at this moment. */
  open(): number;
  /** Opened anew, as the service closed one. */
  again(): number;
  end(): void;
}

/** A slow one sends a byte this often, or reads a little, ms. */
const dripMs = 1000;
/** A slow reader's appetite at a time, bytes. */
const sip = 1024;
/** One that was closed is opened again after this, ms. */
const againMs = 100;
/** Opened at once: a listener's queue holds a few thousand. */
const stepMs = 1;

const head = (line: string, ...lines: string[]) =>
  [line, "Host: near.test", ...lines, "", ""].join("\r\n");

/** Opens all, and each anew when it is closed. Resolves when all were opened once. */
export async function holdConnections(options: HeldOptions): Promise<Held> {
  const { port, from, idle, slow, large } = options;
  const sockets = new Set<Socket>();
  let ended = false;
  let again = 0;
  const open = (begin: (socket: Socket) => void) => {
    if (ended) return;
    const socket = connect({ port, host: "127.0.0.1", localAddress: from });
    sockets.add(socket);
    socket.once("connect", () => begin(socket));
    socket.on("error", () => undefined);
    socket.once("close", () => {
      sockets.delete(socket);
      again++;
      setTimeout(() => open(begin), againMs).unref();
    });
  };
  const drip = (socket: Socket, bytes: string) => {
    const timer = setInterval(() => socket.write(bytes), dripMs);
    socket.once("close", () => clearInterval(timer));
  };
  const kinds: ((socket: Socket) => void)[] = [
    // A head that never ends.
    (socket) => {
      socket.write("GET / HTTP/1.1\r\nHost: near.test\r\nX: ");
      drip(socket, "x");
    },
    // A body that never ends.
    (socket) => {
      socket.write(
        head("POST /api/v1/repositories/small/refresh HTTP/1.1", "Content-Length: 1000000"),
      );
      drip(socket, "x");
    },
    // A large answer that is hardly read.
    (socket) => {
      socket.write(head(`GET /${large} HTTP/1.1`));
      socket.pause();
      const timer = setInterval(() => socket.read(sip), dripMs);
      socket.once("close", () => clearInterval(timer));
    },
  ];
  for (let count = 0; count < idle + slow; count++) {
    const kind = kinds[count % kinds.length];
    open(count < idle || kind === undefined ? () => undefined : kind);
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  }
  return {
    open: () => sockets.size,
    again: () => again,
    end() {
      ended = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}
