/** Files of a folder, by workerd's `DiskDirectory` service (`server/server.c++`), which speaks HTTP. */

/** What the service tells of a file. */
export interface FileFacts {
  size: number;
  /** Unix ms, in whole seconds. */
  modified: number;
}

/** Some bytes of a file. */
export interface FilePart extends FileFacts {
  /** `size` is that of the whole. */
  length: number;
  body: ReadableStream<Uint8Array>;
}

/** An entry of a folder. */
export interface FolderEntry {
  name: string;
  isFolder: boolean;
}

/** The service gives folders as JSON, and all files as this. */
const fileType = "application/octet-stream";

export class DiskFiles {
  readonly #service: Pick<Fetcher, "fetch">;

  /** @param service the folder, which may be written */
  constructor(service: Pick<Fetcher, "fetch">) {
    this.#service = service;
  }

  async facts(path: string): Promise<FileFacts | undefined> {
    const response = await this.#ask(path, { method: "HEAD" });
    return isFile(response) ? { ...factsOf(response), size: lengthOf(response) } : undefined;
  }

  /** @param range as in a `Range` header; `"unsatisfiable"`: it begins behind the end */
  async open(path: string, range?: string): Promise<FilePart | "unsatisfiable" | undefined> {
    const response = await this.#ask(
      path,
      range === undefined ? {} : { headers: { Range: range } },
    );
    if (response.status === 416) {
      await response.body?.cancel();
      return "unsatisfiable";
    }
    if (!isFile(response) || response.body === null) {
      await response.body?.cancel();
      return undefined;
    }
    const length = lengthOf(response);
    const total = response.headers.get("Content-Range")?.split("/")[1];
    const size = total === undefined ? length : Number(total);
    return { ...factsOf(response), size, length, body: response.body };
  }

  /**
   * Makes the file, and the folders above it, or replaces it as one step. Rejects, and leaves what was there, where
   * the body breaks off or has another length than it says.
   *
   * @param body a `FixedLengthStream`'s: of another one the service takes the end for the whole
   */
  async write(path: string, body: ReadableStream<Uint8Array>): Promise<void> {
    const response = await this.#ask(path, { method: "PUT", body });
    if (!response.ok) throw new Error(`the disk answered ${response.status} for ${path}`);
  }

  /** Never a folder: the service would remove all that is in it. */
  async remove(path: string): Promise<void> {
    if ((await this.facts(path)) === undefined) return;
    const response = await this.#ask(path, { method: "DELETE" });
    await response.body?.cancel();
    if (!response.ok && response.status !== 404) {
      throw new Error(`the disk answered ${response.status} for ${path}`);
    }
  }

  /** Empty where there is no such folder. Without hidden files: those are being written. */
  async entries(path: string): Promise<FolderEntry[]> {
    const response = await this.#ask(path, {});
    if (response.status === 404 || isFile(response)) {
      await response.body?.cancel();
      return [];
    }
    const listed: unknown = await response.json();
    if (!Array.isArray(listed)) throw new Error(`the disk gave no list of ${path}`);
    return listed.map((entry: unknown) => ({
      name: String(Reflect.get(Object(entry), "name")),
      isFolder: Reflect.get(Object(entry), "type") === "directory",
    }));
  }

  #ask(path: string, init: RequestInit): Promise<Response> {
    // Of the names that are made here `%` alone means something else in a URL.
    return this.#service.fetch(`http://disk/${path.replaceAll("%", "%25")}`, init);
  }
}

function isFile(response: Response): boolean {
  return response.ok && response.headers.get("Content-Type") === fileType;
}

function factsOf(response: Response) {
  return { modified: Date.parse(response.headers.get("Last-Modified") ?? "") };
}

function lengthOf(response: Response): number {
  return Number(response.headers.get("Content-Length"));
}
