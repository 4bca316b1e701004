/** How a kind's clients are set up: what the page's lines and the set-up script are made of. */

/** What setting up takes of a repository's entry. */
export interface SetupEntry {
  readonly name: string;
  readonly title: string;
  /** Base URL, ends in `/`. */
  readonly origin: string;
  readonly architectures: readonly string[];
  /** As `Repository.setup`. */
  readonly setup: {
    readonly suites?: string;
    readonly components?: string;
    readonly signedBy?: string;
    readonly channels?: Readonly<Record<string, string>>;
    readonly example?: string;
  };
}

/** One thing to copy. */
export interface Setup {
  /**
   * What it is for: the client's name, and behind a hyphen which of its ways: `apt`, `apt-list`, `script-show`. The
   * words for each are in the texts of the pages; one without words there is shown by its name.
   */
  use: string;
  /** The path of a file of ours to write. Absent: it goes into the shell. */
  file?: string;
  text: string;
  /** The file of ours that the host's own configuration has to include. */
  include?: string;
}

/** What of a set-up script is particular to a kind. All texts are shell, and whole lines. */
export interface Part {
  /** Variables, each value quoted. */
  values: string;
  /** Directories whose files are changed, below the root: `etc/apt`. */
  folders: string[];
  /** Functions, among them `plan`, which calls `propose FILE NEW` for each file, ours first. */
  functions: string;
}

/** What a script is asked for. */
export interface PartOptions {
  /** The client has payload from the service itself, checked, and none from mirrors. */
  bytes: boolean;
  /** Ids of os-release that the script is for. */
  distributions: readonly string[];
}

/** How a kind's clients are set up. URLs of the service end in `/`. */
export interface SetupFormat {
  /** Copyable lines. @param url the repository's own at the service */
  lines(entry: SetupEntry, url: string): Setup[];
  /**
   * Lines for clients that shall know the mirrors themselves. Absent: there are none.
   *
   * @param base the service's own URL
   * @param list URL of the repository's list of places
   */
  listLines?(entry: SetupEntry, base: string, list: string): Setup[];
  /** Absent: there is no package manager to set up. */
  script?: SetupScriptFormat;
}

/** A kind's part of the set-up script. */
export interface SetupScriptFormat {
  /** Whether the client can read what would be written. Absent: always. */
  fits?(entry: SetupEntry): boolean;
  /**
   * The repositories that are set up in one script, the main one first. Absent: the one asked for alone.
   *
   * @param others all of its kind that have a script
   */
  together?<Entry extends SetupEntry>(asked: Entry, others: readonly Entry[]): [Entry, ...Entry[]];
  /** @param entries as `together` gives them */
  part(entries: readonly [SetupEntry, ...SetupEntry[]], base: string, options: PartOptions): Part;
  /** The client can be set up to have all payload from the service itself: `/setup/{repository}/bytes`. */
  takesBytes?: true;
}
