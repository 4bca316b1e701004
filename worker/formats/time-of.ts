/** Unix ms of a date as HTTP and Release files write it; undefined where there is none. */
export function timeOf(text: string | null | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
}
