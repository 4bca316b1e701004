/**
 * Torrents that were made, images that one is wanted of, and what was read today, in SQLite. One method is one write that
 * makes sense alone.
 */
import { list, number, record, text } from "../runtime/json-values.ts";
import { type Sql, sqlBytes } from "../runtime/sql.ts";
import type { ReadTorrent } from "./torrent-answer.ts";
import type { WantedImage } from "./wanted.ts";

/** Torrents kept, of 40 kB mostly: 20 MB. The one that was given out longest ago goes first. */
export const maxTorrents = 500;
/** Wanted files remembered. What the fewest networks asked for goes first, of these what was asked for longest ago. */
export const maxWanted = 1000;
/** A file that nobody asked for so long is wanted no more, ms; what is kept of those who asked goes with it. */
export const wantedMs = 30 * 86_400_000;
/** URLs at mirrors that are kept of one file. */
export const maxSources = 8;
/** A mirror that gave wrong bytes isn't read from for so long, ms. */
export const wrongMs = 7 * 86_400_000;
/** Such mirrors remembered. */
const maxWrong = 100;
/** How exactly it is kept when a torrent was given out last, ms: each is a row written. */
const usedStepMs = 3_600_000;

/** The file that is being read. */
export interface Job {
  sha256: string;
  /** 1: from mirrors, the origin where they fail. 2: from the origin alone, after wrong bytes. */
  attempt: 1 | 2;
  /** How often this attempt was begun: an object that is evicted begins again. */
  begun: number;
}

/** Bytes of one day. */
export interface Spent {
  spent: number;
  spentAlone: number;
}

export class TorrentStore {
  readonly #sql: Sql;

  /** Makes its tables where there are none. */
  constructor(sql: Sql) {
    this.#sql = sql;
    for (const table of [
      `torrent (sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, piece_length INTEGER NOT NULL, sha1 BLOB NOT NULL,
        read_at INTEGER NOT NULL, used_at INTEGER NOT NULL)`,
      `torrent_wanted (sha256 TEXT PRIMARY KEY, file TEXT NOT NULL, json TEXT NOT NULL, is_marked INTEGER NOT NULL,
        networks INTEGER NOT NULL, last_at INTEGER NOT NULL)`,
      "torrent_job (id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, attempt INTEGER NOT NULL, begun INTEGER NOT NULL)",
      "torrent_spent (day INTEGER PRIMARY KEY, bytes INTEGER NOT NULL, alone INTEGER NOT NULL)",
      "torrent_wrong (host TEXT PRIMARY KEY, at INTEGER NOT NULL)",
    ]) {
      sql.exec(`CREATE TABLE IF NOT EXISTS ${table}`);
    }
  }

  /** The torrent of a file, and notes that it was given out. @param at Unix ms */
  torrent(sha256: string, at: number): ReadTorrent | undefined {
    const [row] = this.#sql.exec("SELECT * FROM torrent WHERE sha256 = ?", sha256).toArray();
    if (row === undefined) return undefined;
    if (at - number(row.used_at, "used_at") >= usedStepMs) {
      this.#sql.exec("UPDATE torrent SET used_at = ? WHERE sha256 = ?", at, sha256);
    }
    return {
      size: number(row.size, "size"),
      pieceLength: number(row.piece_length, "piece_length"),
      sha1: sqlBytes(row.sha1, "A torrent"),
      readAt: number(row.read_at, "read_at"),
    };
  }

  /** SHA-256 of all files that there is a torrent of; at most `maxTorrents`. */
  made(): string[] {
    const rows = this.#sql.exec("SELECT sha256 FROM torrent").toArray();
    return rows.map(({ sha256 }) => text(sha256, "sha256"));
  }

  /** Publishes a torrent: its file is wanted and read no more. */
  publish(sha256: string, { size, pieceLength, sha1, readAt }: ReadTorrent): void {
    this.#sql.transaction(() => {
      this.#sql.exec(
        `INSERT OR REPLACE INTO torrent (sha256, size, piece_length, sha1, read_at, used_at)
          VALUES (?, ?, ?, ?, ?, ?)`,
        ...[sha256, size, pieceLength, sha1, readAt, readAt],
      );
      this.#sql.exec("DELETE FROM torrent_wanted WHERE sha256 = ?", sha256);
      this.#sql.exec("DELETE FROM torrent_job");
      this.#sql.exec(
        `DELETE FROM torrent WHERE sha256 IN
          (SELECT sha256 FROM torrent ORDER BY used_at DESC LIMIT -1 OFFSET ?)`,
        maxTorrents,
      );
    });
  }

  wanted(sha256: string): WantedImage | undefined {
    const query = "SELECT json FROM torrent_wanted WHERE sha256 = ?";
    const [row] = this.#sql.exec(query, sha256).toArray();
    return row === undefined ? undefined : wantedOf(row.json);
  }

  allWanted(): WantedImage[] {
    return this.#sql
      .exec("SELECT json FROM torrent_wanted")
      .toArray()
      .map(({ json }) => wantedOf(json));
  }

  /** Keeps it. Another file that was at the same path before is forgotten: its bytes are no more to be had. */
  setWanted(file: WantedImage, at: number): void {
    const { sha256, repository, path, isMarked, networks, lastAt } = file;
    const place = `${repository}/${path}`;
    this.#sql.transaction(() => {
      this.#sql.exec("DELETE FROM torrent_wanted WHERE file = ? AND sha256 != ?", place, sha256);
      this.#sql.exec("DELETE FROM torrent_wanted WHERE last_at <= ?", at - wantedMs);
      this.#sql.exec(
        `INSERT OR REPLACE INTO torrent_wanted (sha256, file, json, is_marked, networks, last_at)
          VALUES (?, ?, ?, ?, ?, ?)`,
        ...[sha256, place, JSON.stringify(file), Number(isMarked), networks.length, lastAt],
      );
      this.#sql.exec(
        `DELETE FROM torrent_wanted WHERE sha256 IN (SELECT sha256 FROM torrent_wanted
          ORDER BY is_marked DESC, networks DESC, last_at DESC LIMIT -1 OFFSET ?)`,
        maxWanted,
      );
    });
  }

  get job(): Job | undefined {
    const [row] = this.#sql.exec("SELECT * FROM torrent_job").toArray();
    if (row === undefined) return undefined;
    return {
      sha256: text(row.sha256, "sha256"),
      attempt: row.attempt === 1 ? 1 : 2,
      begun: number(row.begun, "begun"),
    };
  }

  /** @param job undefined: nothing is read */
  setJob(job: Job | undefined): void {
    if (job === undefined) {
      this.#sql.exec("DELETE FROM torrent_job");
      return;
    }
    const { sha256, attempt, begun } = job;
    const query =
      "INSERT OR REPLACE INTO torrent_job (id, sha256, attempt, begun) VALUES (1, ?, ?, ?)";
    this.#sql.exec(query, sha256, attempt, begun);
  }

  /** @param day days since 1970 in UTC */
  spentOn(day: number): Spent {
    const [row] = this.#sql.exec("SELECT * FROM torrent_spent WHERE day = ?", day).toArray();
    if (row === undefined) return { spent: 0, spentAlone: 0 };
    return { spent: number(row.bytes, "bytes"), spentAlone: number(row.alone, "alone") };
  }

  /** Adds to what was read on that day; of other days nothing is kept. @param add bytes; below 0 where fewer came */
  spend(day: number, add: number, isAlone: boolean): void {
    const { spent, spentAlone } = this.spentOn(day);
    this.#sql.transaction(() => {
      this.#sql.exec("DELETE FROM torrent_spent WHERE day != ?", day);
      this.#sql.exec(
        "INSERT OR REPLACE INTO torrent_spent (day, bytes, alone) VALUES (?, ?, ?)",
        ...[day, spent + add, spentAlone + (isAlone ? add : 0)],
      );
    });
  }

  /** Notes mirrors that gave wrong bytes. @param at Unix ms */
  noteWrong(hosts: readonly string[], at: number): void {
    for (const host of hosts) {
      this.#sql.exec("INSERT OR REPLACE INTO torrent_wrong (host, at) VALUES (?, ?)", host, at);
    }
    this.#sql.exec(
      `DELETE FROM torrent_wrong WHERE at <= ? OR host IN
        (SELECT host FROM torrent_wrong ORDER BY at DESC LIMIT -1 OFFSET ?)`,
      ...[at - wrongMs, maxWrong],
    );
  }

  /** Hosts, with their ports, that aren't read from. @param at Unix ms */
  wrongHosts(at: number): Set<string> {
    const query = "SELECT host FROM torrent_wrong WHERE at > ?";
    const rows = this.#sql.exec(query, at - wrongMs).toArray();
    return new Set(rows.map(({ host }) => text(host, "host")));
  }
}

function wantedOf(json: unknown): WantedImage {
  const held = record(JSON.parse(text(json, "a wanted file")), "a wanted file");
  return {
    sha256: text(held.sha256, "sha256"),
    repository: text(held.repository, "repository"),
    path: text(held.path, "path"),
    origin: text(held.origin, "origin"),
    sources: list(held.sources, "sources").map((url) => text(url, "a source")),
    ...(held.size !== undefined && { size: number(held.size, "size") }),
    isMarked: held.isMarked === true,
    asks: number(held.asks, "asks"),
    networks: list(held.networks, "networks").map((one) => number(one, "a network")),
    firstAt: number(held.firstAt, "firstAt"),
    lastAt: number(held.lastAt, "lastAt"),
    notBefore: number(held.notBefore, "notBefore"),
    ...(held.refusal !== undefined && { refusal: text(held.refusal, "refusal") }),
  };
}
