/** What one check found. */

export interface Verdict {
  check: string;
  /** What is promised, for people. */
  goal: string;
  /** Questions whose answer was compared, and how many were right. */
  asked: number;
  right: number;
  /** Least share of right ones that meets the goal. */
  least: number;
  isMet: boolean;
  /** A figure besides, as MRR. */
  figure?: string;
  /** Some that were wrong: what was asked, what was expected and what came. */
  wrong: string[];
  /** Of the whole check. */
  seconds: number;
}

/** Wrong answers that are told; the first ones say enough. */
const toldWrong = 12;
/** Characters of one of them. */
const toldLength = 300;

/** Counts answers of one check. */
export class Counting {
  readonly #wrong: string[] = [];
  readonly #from = performance.now();
  #asked = 0;
  #right = 0;

  right(): void {
    this.#asked++;
    this.#right++;
  }

  wrong(what: string): void {
    this.#asked++;
    if (this.#wrong.length < toldWrong) this.#wrong.push(what.slice(0, toldLength));
  }

  /** Right where both have the same. */
  compare(what: string, expected: ReadonlySet<string>, found: ReadonlySet<string>): void {
    const missing = [...expected].filter((one) => !found.has(one));
    const added = [...found].filter((one) => !expected.has(one));
    if (missing.length === 0 && added.length === 0) this.right();
    else this.wrong(`${what}: missing ${listed(missing)}; too many ${listed(added)}`);
  }

  /** Nothing asked is no goal met. */
  verdict(check: string, goal: string, least: number): Verdict {
    const share = this.#asked === 0 ? 0 : this.#right / this.#asked;
    return {
      check,
      goal,
      asked: this.#asked,
      right: this.#right,
      least,
      isMet: share >= least,
      wrong: this.#wrong,
      seconds: (performance.now() - this.#from) / 1000,
    };
  }
}

function listed(values: readonly string[]): string {
  if (values.length === 0) return "none";
  return (
    values.slice(0, 5).join(", ") + (values.length > 5 ? ` and ${values.length - 5} more` : "")
  );
}
