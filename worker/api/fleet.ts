/** What the API asks of Fleet; a test answers it itself. */
import type { FleetFilter, FleetHealth, MirrorSummary } from "../mirrors/fleet-answers.ts";

/** The part of Fleet that pages and the API read. */
export interface FleetAnswers {
  mirrors(filter: FleetFilter): Promise<MirrorSummary[]>;
  /** `null`: no such mirror. */
  mirror(name: string, before: number): Promise<object | null>;
  health(): Promise<FleetHealth>;
  metrics(): Promise<string>;
}

/** Fleet has this long to answer a page, ms: it answers in a few, and a page that waits longer is of no use. */
const deadlineMs = 5000;

/** Fleet's answer, or why there is none, as a sentence. */
export async function answerOrReason<Answer>(
  asked: Promise<Answer>,
): Promise<{ answer: Answer } | { reason: string }> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<{ reason: string }>((resolve) => {
    timer = setTimeout(
      () => resolve({ reason: `Fleet gave no answer in ${deadlineMs / 1000} s` }),
      deadlineMs,
    );
  });
  const answered = asked.then(
    (answer) => ({ answer }),
    (error: unknown) => {
      console.warn(`Fleet: ${error instanceof Error ? error.message : error}`);
      return { reason: "Fleet could not be reached" };
    },
  );
  try {
    return await Promise.race([answered, late]);
  } finally {
    if (timer !== null) clearTimeout(timer);
  }
}
