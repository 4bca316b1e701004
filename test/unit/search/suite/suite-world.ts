/** A suite's object with a real database, an origin whose indexes can be had or not, and a clock that goes by itself. */
import { join } from "node:path";
import { memoryBlobs } from "../../../../worker/blobs/memory-blobs.ts";
import type { IndexReader } from "../../../../worker/formats/index-reader.ts";
import { IndexRefused } from "../../../../worker/formats/index-refused.ts";
import type {
  PackageIndexRole,
  PackageReading,
} from "../../../../worker/formats/package-reading.ts";
import { sha256Of } from "../../../../worker/runtime/sha256.ts";
import { BuildGate } from "../../../../worker/search/suite/build-gate.ts";
import { countedSql } from "../../../../worker/search/suite/counted-sql.ts";
import { SearchedSuite } from "../../../../worker/search/suite/searched-suite.ts";
import type { SuiteContext } from "../../../../worker/search/suite/suite-context.ts";
import type { SuiteState } from "../../../../worker/search/suite.ts";
import type { SuiteAnswer } from "../../../../worker/search/suite-question.ts";
import { BreakableSqlite } from "../../runtime/sqlite.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { type StandInSet, standInStores } from "./stand-in-stores.ts";

const root = "dists/near/InRelease";
export const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Reads words of lines; a line `!` is damage. */
function lineReader(take: (words: string[]) => void): IndexReader {
  let text = "";
  return {
    push: (bytes) => {
      text += new TextDecoder().decode(bytes);
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        if (line === "!") throw new IndexRefused("is damaged", "there");
        take(line.split(" "));
      }
    },
    end: () => undefined,
  };
}

const roles: Record<string, PackageIndexRole> = { Packages: "packages", Contents: "files" };

/** `NAME VERSION ARCHITECTURE` a line, and `PATH OWNER`; an index is any file that the root names. */
export const lineReading: PackageReading = {
  indexes: (_, named, { files }) =>
    Object.entries(named).flatMap(([path, { size, sha256 = "" }]) => {
      const role = roles[path.slice(path.lastIndexOf("/") + 1)];
      if (role === undefined || (role === "files" && !files)) return [];
      return [
        {
          role,
          name: path,
          component: path.split("/").at(-2) ?? "",
          variants: [{ path, sha256, size }],
        },
      ];
    }),
  packages: (_, __, sink) =>
    lineReader(([name = "", version = "", architecture = ""]) => {
      sink({ name, version, architecture });
    }),
  files: (_, __, sink) =>
    lineReader(([path = "", owner = ""]) => {
      sink(path, [owner]);
    }),
  namesIn: (entry) => [entry],
  compareVersions: (one, other) => (one < other ? -1 : 1),
  untold: ["Alternatives are in no index."],
};

export class SuiteWorld {
  now = Date.parse("2026-12-01T12:00:00Z");
  alarmAt: number | null = null;
  readonly database = new BreakableSqlite(join(temporaryFolder("suite-"), "suite.sqlite"));
  /** By hash: R2. */
  readonly stored = new Map<string, Uint8Array>();
  /** What the origin has, by path. */
  readonly origin = new Map<string, Uint8Array>();
  /** Paths that were pulled. */
  readonly pulled: string[] = [];
  /** Turns of the event loop that were waited for. */
  turns = 0;
  readonly said: string[] = [];
  gate = new BuildGate();
  readonly #more: Partial<SuiteContext<StandInSet>>;
  suite: SearchedSuite<StandInSet>;

  constructor(more: Partial<SuiteContext<StandInSet>> = {}) {
    this.#more = more;
    this.suite = this.#make();
  }

  /** As after a kill: what was in memory is gone. */
  restart(): void {
    this.database.reopen();
    this.gate = new BuildGate();
    this.suite = this.#make();
  }

  #make(): SearchedSuite<StandInSet> {
    const blobs = memoryBlobs(this.stored);
    const sql = countedSql(this.database.sql);
    return new SearchedSuite({
      sql,
      stores: standInStores(sql),
      files: true,
      blobs: () => blobs,
      pull: async (_, path, sha256) => {
        this.pulled.push(path);
        const bytes = this.origin.get(path);
        if (bytes === undefined) return "absent";
        if (sha256Of(bytes) !== sha256) return `${path} can't be had from the origin.`;
        await blobs.put(sha256, bytes);
        return "stored";
      },
      alarm: {
        get: async () => this.alarmAt,
        set: async (at) => {
          this.alarmAt = at;
        },
        delete: async () => {
          this.alarmAt = null;
        },
      },
      gate: this.gate,
      pause: async () => {
        this.turns++;
      },
      readingOf: () => lineReading,
      databaseBytes: () => 0,
      now: () => this.now,
      log: (sentence) => this.said.push(sentence),
      ...this.#more,
    });
  }

  /**
   * A state whose root names these indexes, each at the origin.
   *
   * @param at number of the snapshot, and its minute
   */
  state(at: number, indexes: Record<string, string>, more: Partial<SuiteState> = {}): SuiteState {
    const files = Object.fromEntries(
      Object.entries(indexes).map(([path, text]) => {
        const bytes = bytesOf(text);
        this.origin.set(`dists/near/${path}`, bytes);
        return [`dists/near/${path}`, { size: bytes.byteLength, sha256: sha256Of(bytes) }];
      }),
    );
    // As each new root has another date.
    const manifest = bytesOf(JSON.stringify({ root, byHash: false, at, files }));
    this.stored.set(sha256Of(manifest), manifest);
    const release = sha256Of(`InRelease ${at}`);
    return {
      repository: "debian",
      kind: "apt",
      suite: "near",
      root: {
        path: root,
        files: [{ path: root, size: 1, sha256: release }],
        manifest: sha256Of(manifest),
      },
      snapshot: `snapshot-${at}`,
      at: at * 60_000,
      architectures: ["amd64"],
      ...more,
    };
  }

  /** Rings the alarm as long as it is due. */
  async ring(): Promise<void> {
    while (this.alarmAt !== null && this.alarmAt <= this.now) {
      this.alarmAt = null;
      await this.suite.alarm();
    }
  }

  /** Versions of a package, and what is told of the state. */
  async versions(state: SuiteState, name: string) {
    const answer = await this.suite.ask(state, [{ ask: "named", names: [name] }]);
    return { answer, versions: versionsIn(answer) };
  }
}

export function versionsIn(answer: SuiteAnswer): string[] {
  if ("unready" in answer) return [];
  return (answer.found[0]?.packages ?? []).map(({ record }) => record.version);
}
