/** The IP databases of a service on one's own machine, read once by the Worker from a folder. */
import { inTime } from "../runtime/deadline.ts";
import { reasonOf } from "../runtime/reason.ts";
import type { Locate } from "./client.ts";
import { type DatabaseBytes, type DatabaseFault, openDatabases } from "./databases.ts";

/** The folder: workerd's own server of files. */
export interface DatabaseFolder {
  fetch(url: string): Promise<Response>;
}

/** The first requests wait this long for the databases, 16 MB of a local disk, ms; then they are placed without them. */
const readDeadlineMs = 3_000;

/**
 * Bytes that are read at a time. workerd makes room of its own for as much as is asked for, besides ours: with the rest
 * of the file each time its allocator kept 16 MB more.
 */
const pieceBytes = 256 * 1024;

/** Databases that are read when the first client is to be placed: nothing can be read before there is a request. */
export class ReadDatabases implements Locate {
  readonly #folder: DatabaseFolder;
  readonly #tell: (fault: DatabaseFault) => void;
  #opened: Locate | undefined;
  #reading: Promise<void> | undefined;

  /** @param tell as in `openDatabases` */
  constructor(folder: DatabaseFolder, tell: (fault: DatabaseFault) => void) {
    this.#folder = folder;
    this.#tell = tell;
  }

  country(address: string): string | undefined {
    return this.#opened?.country(address);
  }

  asn(address: string): number | undefined {
    return this.#opened?.asn(address);
  }

  /** Whether clients can be placed by them; else a request has to wait for `opening`. */
  get isOpen(): boolean {
    return this.#opened !== undefined;
  }

  /**
   * What a request has to wait for; undefined: nothing, they are open. The promise never rejects.
   *
   * @param goOn keeps the reading alive where the client that began it goes away
   */
  opening(goOn: (work: Promise<unknown>) => void): Promise<void> | undefined {
    if (this.#opened !== undefined) return undefined;
    if (this.#reading === undefined) {
      this.#reading = this.#read();
      goOn(this.#reading);
    }
    // Began in a request that was ended: the next one reads anew.
    return inTime(this.#reading, readDeadlineMs).catch(() => {
      this.#reading = undefined;
    });
  }

  async #read(): Promise<void> {
    const [country, asn] = await Promise.all([this.#bytes("country"), this.#bytes("asn")]);
    this.#opened ??= openDatabases({ country, asn }, this.#tell);
  }

  async #bytes(database: keyof DatabaseBytes): Promise<ArrayBuffer | undefined> {
    try {
      const answer = await this.#folder.fetch(`http://ip-databases/${database}.mmdb`);
      if (answer.ok) return await wholeBody(answer);
      await answer.body?.cancel();
      // One that is missing was told at the start.
      if (answer.status === 404) return undefined;
      throw new Error(`the disk answers ${answer.status}`);
    } catch (error) {
      const detail = `The IP database ${database}.mmdb can't be read (${reasonOf(error)}): clients are placed without it. See to it that the service may read it, and start the service again.`;
      this.#tell({ database, detail });
      return undefined;
    }
  }
}

/**
 * The bytes of a file, read into the room that they take. `arrayBuffer()` holds them twice before it is done, and what
 * workerd's allocator had once it keeps.
 */
async function wholeBody(answer: Response): Promise<ArrayBuffer> {
  const { body, headers } = answer;
  const size = Number(headers.get("Content-Length") ?? "NaN");
  if (body === null || !Number.isSafeInteger(size)) return await answer.arrayBuffer();
  let room = new Uint8Array(size);
  const reader = body.getReader({ mode: "byob" });
  let at = 0;
  while (at < size) {
    const { done, value } = await reader.read(room.subarray(at, at + pieceBytes));
    if (done) throw new Error(`it ends after ${at} of ${size} bytes`);
    // The room goes to the reader with each call, and comes back.
    at += value.byteLength;
    room = new Uint8Array(value.buffer, 0, size);
  }
  return room.buffer;
}
