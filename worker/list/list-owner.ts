/** Whose the list is, as it stands in the store beside the list: for whoever has files, and must not put them over it. */

/** Written once the service keeps its list itself. @param version under which it was given out */
export function listOwnerText(version: number): string {
  return JSON.stringify({ owner: "service", version });
}

/** Whether the service keeps its list itself. @param text as it was stored; `null`: nothing was */
export function isServicesOwn(text: string | null | undefined): boolean {
  if (text === null || text === undefined || text === "") return false;
  try {
    return Reflect.get(Object(JSON.parse(text)), "owner") === "service";
  } catch {
    return false;
  }
}
