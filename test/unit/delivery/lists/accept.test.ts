import { expect, test } from "vitest";
import { acceptOf, shownAs } from "../../../../worker/delivery/lists/asked-list.ts";

/** What wget2 1.99 sends (observed), and with it Firefox and Chromium. */
const browsers = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const shown = (agent: string, accept: string | null) =>
  shownAs(acceptOf({ get: (name) => (name === "User-Agent" ? agent : accept) }));

test.each([
  ["wget2/1.99.1", browsers, "text"],
  ["Wget/1.21.3", "*/*", "text"],
  ["curl/7.88.1", "*/*", "text"],
  ["curl/7.88.1", "application/json", "json"],
  ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", browsers, "html"],
])("%s with %s gets %s", (agent, accept, form) => {
  expect(shown(agent, accept)).toBe(form);
});
