/** What listed mirrors declare, for comparison with what they were sent. */
import type { Declared } from "../statistics/expected-share.ts";
import type { OpenViews } from "../views/views.ts";

/** @param repository empty: whatever a mirror carries. Of a mirror that doesn't carry it the capacity is 0 */
export function declaredMirrors(
  { roster }: Pick<OpenViews, "roster">,
  repository: string,
): Declared[] {
  return roster.mirrors.map(({ resource: { name, capacity, carries } }) => ({
    name,
    capacity: repository === "" || Object.hasOwn(carries, repository) ? capacity : 0,
  }));
}
