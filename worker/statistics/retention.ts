/** For how long counts are kept. */
import { hoursPerDay } from "./counted.ts";

/** Hours are kept for so many of them: a week, and the day in which one looks back at it. */
export const hoursKept = 8 * hoursPerDay;
/** Days are kept for so many of them: this year beside the last one. */
export const daysKept = 730;
