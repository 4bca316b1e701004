/** One connection with one request at a time: no pipelining, nothing of `node:http`, which takes nearly four times as long. */
import { connect, type Socket } from "node:net";
import { readAnswer } from "./read-answer.ts";

/** Of what is read at once, bytes. */
const readBytes = 64 * 1024;

export interface ConnectionEvents {
  /** The whole answer is there. */
  answered(connection: Connection, status: number): void;
  /** The connection is gone, and with it what was asked. */
  failed(connection: Connection, reason: string): void;
}

export class Connection {
  readonly #socket: Socket;
  readonly #events: ConnectionEvents;
  /** Of the answer's head, until it is complete. */
  #text = "";
  /** Of the answer, that are still to come; undefined while its head isn't complete. */
  #left: number | undefined;
  #status = 0;
  /** The number of what was asked last. */
  asked = -1;
  #isEnded = false;

  /** @param port on loopback */
  constructor(port: number, events: ConnectionEvents) {
    this.#events = events;
    const buffer = Buffer.allocUnsafe(readBytes);
    this.#socket = connect({
      host: "127.0.0.1",
      port,
      noDelay: true,
      onread: {
        buffer,
        callback: (bytes) => {
          this.#read(buffer, bytes);
          return true;
        },
      },
    });
    this.#socket.once("error", (error) => this.#fail(error.message));
    this.#socket.once("close", () => this.#fail("the server closed the connection"));
  }

  /** Resolves when the server has taken the connection. */
  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once("connect", resolve);
      this.#socket.once("error", reject);
    });
  }

  /** @param asked a number by which the answer is known */
  ask(asked: number, text: string): void {
    this.asked = asked;
    this.#socket.write(text, "latin1");
  }

  end(): void {
    this.#isEnded = true;
    this.#socket.destroy();
  }

  #read(buffer: Buffer, bytes: number): void {
    if (this.#left === undefined) {
      this.#text += buffer.toString("latin1", 0, bytes);
      try {
        const head = readAnswer(this.#text);
        if (head === undefined) return;
        this.#status = head.status;
        this.#left = head.bytes - this.#text.length;
        this.#text = "";
      } catch (error) {
        this.#fail(String(error));
        return;
      }
    } else this.#left -= bytes;
    if (this.#left > 0) return;
    if (this.#left < 0) {
      this.#fail("there are more bytes than Content-Length said");
      return;
    }
    this.#left = undefined;
    this.#events.answered(this, this.#status);
  }

  #fail(reason: string): void {
    if (this.#isEnded) return;
    this.end();
    this.#events.failed(this, reason);
  }
}
