/** A Durable Object's alarm, as the object's platform-free part takes it. */

/** The one alarm: setting it forgets the moment that was set before. */
export interface ObjectAlarm {
  /** When it rings, Unix ms; `null`: it is not set. While it rings it is not set either. */
  get(): Promise<number | null>;
  /** @param at Unix ms; a moment that has passed rings at once */
  set(at: number): Promise<void>;
  delete(): Promise<void>;
}
