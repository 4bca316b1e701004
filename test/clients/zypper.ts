/** zypper in a root of its own: no repository, cache, key or setting of the machine's is used. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Outcome } from "../lab/process.ts";
import { runProgram } from "./programs.ts";
import { check, NotRun, type RowContext } from "./row.ts";

/** Where libzypp looks for authorities. */
const systemAuthorities = "/etc/ssl/certs";

export class ZypperRoot {
  readonly #context: RowContext;
  readonly #root: string;
  readonly #authorities: string | undefined;
  readonly #source: string;
  readonly #key: string;
  #isConfigured = false;

  /**
   * @param source `baseurl=...` or `mirrorlist=...`
   * @param authorities folder of those to trust in place of the system's, named by their hashes
   */
  constructor(
    context: RowContext,
    source = `baseurl=${context.tap.url}/lab-rpm/`,
    authorities?: string,
  ) {
    const { publicKeyFile } = context.trees;
    check(publicKeyFile !== undefined, "the lab's repository is not signed");
    this.#context = context;
    this.#authorities = authorities;
    this.#root = join(context.directory, "zypper");
    this.#source = source;
    this.#key = publicKeyFile;
  }

  /** Root and indexes, with the signature of repomd.xml checked. */
  refresh(): Promise<Outcome> {
    return this.#zypper(["refresh", "--force"]);
  }

  /**
   * Installs packages and what they need.
   * @throws NotRun when this process isn't root, which rpm needs to give files their owner.
   */
  install(...names: string[]): Promise<Outcome> {
    if (process.getuid?.() !== 0) throw new NotRun("rpm needs root to unpack into its own root");
    return this.#zypper(["install", "--no-recommends", ...names]);
  }

  /** The bytes a lab package put on disk, or undefined when it isn't there. */
  payload(name: string): Buffer | undefined {
    const file = join(this.#root, `usr/share/${name}/payload`);
    return existsSync(file) ? readFileSync(file) : undefined;
  }

  async #zypper(args: string[]): Promise<Outcome> {
    if (!this.#isConfigured) await this.#configure();
    this.#isConfigured = true;
    // Without a terminal it would wait for nobody; the key is the one in `gpgkey`, checked by nothing else here.
    const base = ["--root", this.#root, "--non-interactive", "--gpg-auto-import-keys"];
    const command = ["zypper", ...base, ...args];
    const [program = "", ...rest] = this.#trusting(command);
    return runProgram(this.#context, program, rest, {
      ZYPP_LOCKFILE_ROOT: this.#root,
      ZYPP_LOGFILE: join(this.#context.directory, "zypper.log"),
    });
  }

  async #configure(): Promise<void> {
    const repositories = join(this.#root, "etc/zypp/repos.d");
    mkdirSync(repositories, { recursive: true });
    writeFileSync(
      join(repositories, "lab.repo"),
      `[lab]
name=lab
${this.#source}
enabled=1
autorefresh=1
type=rpm-md
gpgcheck=1
repo_gpgcheck=1
pkg_gpgcheck=${(await this.#readsPackageSignatures()) ? 1 : 0}
gpgkey=file://${this.#key}
`,
    );
  }

  /**
   * libzypp 17.38.16 with rpm 6.1 takes a package for unsigned whose header's signature it has just called OK, from any
   * server. There packages are held against the signed index's hash alone.
   */
  async #readsPackageSignatures(): Promise<boolean> {
    const { stdout } = await runProgram(this.#context, "rpm", ["--version"]);
    const major = /version (\d+)/.exec(stdout)?.[1];
    check(major !== undefined, `rpm tells no version: ${stdout}`);
    return Number(major) < 6;
  }

  /** libzypp trusts the authorities in one folder, for mirrors as well, and so sees another one there. */
  #trusting(command: string[]): string[] {
    if (this.#authorities === undefined) return command;
    const mounted = `mount --bind "$0" ${systemAuthorities} && exec "$@"`;
    return ["unshare", "--mount", "sh", "-c", mounted, this.#authorities, ...command];
  }
}
