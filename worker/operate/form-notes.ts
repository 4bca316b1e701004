/**
 * What came of a form, kept until the page that the browser is sent to shows it: so that a reload of that page sends
 * nothing again. In memory alone, as it may hold a secret that is shown once: where the object ends in between, the page
 * comes without the note.
 */

/** What came of a form. */
export interface FormOutcome {
  ok: boolean;
  /** A sentence for the one who sent it. */
  says: string;
  body: unknown;
  /** Places in what was sent, with what is wrong there. */
  errors?: readonly FormError[];
  /** Where to go on, a path of the console; absent: to the page that has the form. */
  goOn?: string;
}

/** One thing that is wrong, as the API tells it. */
export interface FormError {
  /** A JSON pointer into the entry. */
  pointer: string;
  detail: string;
}

/** The browser asks for the page at once; ms. */
const keptMs = 60_000;
/** Notes that wait for their page: one for each session that sends a form in the same minute. */
const maxNotes = 100;

export class FormNotes {
  readonly #notes = new Map<string, { outcome: FormOutcome; until: number }>();

  /** @param session what names it: its forms' token */
  keep(session: string, outcome: FormOutcome, now: number): void {
    this.#notes.delete(session);
    this.#notes.set(session, { outcome, until: now + keptMs });
    for (const oldest of this.#notes.keys()) {
      if (this.#notes.size <= maxNotes) return;
      this.#notes.delete(oldest);
    }
  }

  /** The note, once. */
  take(session: string, now: number): FormOutcome | undefined {
    const note = this.#notes.get(session);
    this.#notes.delete(session);
    return note !== undefined && now < note.until ? note.outcome : undefined;
  }
}
