/** The repositories of the list in force, for a script that reads no more of it than these. */
import type { CatalogueView } from "../repositories/catalogue.ts";
import type { Background } from "../runtime/background.ts";
import { inTime } from "../runtime/deadline.ts";
import { reasonOf } from "../runtime/reason.ts";
import { readViews } from "./views.ts";

/** The store is asked for the list this often, ms: it is read within a minute of its being put into force. */
const readEveryMs = 30_000;
/** The first answer of an isolate waits so long for the list, ms; then the shipped one is in force. */
const firstReadMs = 1000;

export class ListedRepositories {
  #catalogue: CatalogueView;
  #text = "";
  /** When the last reading was begun, Unix ms; undefined: none was. */
  #begunAt: number | undefined;
  readonly #read: () => Promise<string | null>;

  /**
   * @param shipped the views that came with the script, as JSON
   * @param read the applied views, as JSON; `null`: there are none
   */
  constructor(shipped: string, read: () => Promise<string | null>) {
    this.#catalogue = readViews(shipped).catalogue;
    this.#read = read;
  }

  /** The list at hand. */
  get catalogue(): CatalogueView {
    return this.#catalogue;
  }

  /** Reads a newer list where it is time to. Only the first question waits. Never rejects. @param now Unix ms */
  async refresh(now: number, background: Background): Promise<void> {
    const isFirst = this.#begunAt === undefined;
    if (this.#begunAt !== undefined && Math.abs(now - this.#begunAt) < readEveryMs) return;
    this.#begunAt = now;
    const reading = this.#take();
    background.waitUntil(reading);
    if (isFirst) await inTime(reading, firstReadMs).catch(() => undefined);
  }

  async #take(): Promise<void> {
    try {
      const text = await this.#read();
      if (text === null || text === this.#text) return;
      const { catalogue } = readViews(text);
      this.#text = text;
      // An older one is of a store that lags behind.
      if (catalogue.version >= this.#catalogue.version) this.#catalogue = catalogue;
    } catch (error) {
      console.warn(`the list could not be read for packages: ${reasonOf(error)}`);
    }
  }
}
