/** What the API asks of Fleet; a test answers it itself. */

import { inTime, Late } from "../runtime/deadline.ts";
import type {
  FleetChange,
  FleetFilter,
  FleetHealth,
  MirrorDescription,
  MirrorSummary,
} from "./fleet-answers.ts";

/** The part of Fleet that pages and the API read. */
export interface FleetAnswers {
  mirrors(filter: FleetFilter): Promise<MirrorSummary[]>;
  /** `null`: no such mirror. */
  mirror(name: string, before: number): Promise<MirrorDescription | null>;
  /** The latest changes of states, newest first. */
  changes(): Promise<FleetChange[]>;
  health(): Promise<FleetHealth>;
  metrics(): Promise<string>;
}

/** An object has this long to answer a page, ms: it answers in a few, and a page that waits longer is of no use. */
const deadlineMs = 5000;

/** An object's answer, or why there is none, as a sentence. */
export async function answerOrReason<Answer>(
  asked: Promise<Answer>,
  object = "Fleet",
): Promise<{ answer: Answer } | { reason: string }> {
  try {
    return { answer: await inTime(asked, deadlineMs) };
  } catch (error) {
    if (error instanceof Late)
      return { reason: `${object} gave no answer in ${deadlineMs / 1000} s` };
    console.warn(`${object}: ${error instanceof Error ? error.message : error}`);
    return { reason: `${object} could not be reached` };
  }
}
