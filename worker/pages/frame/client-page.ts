/** Pages that depend on who asks: where the client is, and what it avoids. No cache may keep one for another. */
import { documentOf, type Page } from "./document.ts";
import type { Visit } from "./visit.ts";

/** The answer. It depends on `Accept`, by which programs get text or JSON at the same address. */
export function clientPage(visit: Visit, page: Page): Response {
  const { text, headers } = documentOf(visit, page);
  return new Response(text, {
    status: page.status ?? 200,
    headers: {
      ...headers,
      "Cache-Control": "private, no-store",
      Vary: visit.isChosen ? "Accept" : "Accept, Accept-Language",
    },
  });
}
