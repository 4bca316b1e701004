/** Debian's Chromium, led by playwright-core: it brings no browser, and reaches loopback alone. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const program = "/usr/bin/chromium";

/** Nothing but loopback is reached: names of hosts lead nowhere, and the browser asks nobody of itself. */
const flags = [
  "--no-sandbox",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.*",
  "--disable-background-networking",
  "--disable-component-update",
  "--no-proxy-server",
];

/** @throws Error where Chromium isn't installed: a test that needs it doesn't count as passed without */
export function launchChromium(): Promise<Browser> {
  if (!existsSync(program)) {
    throw new Error(`${program} is missing. Install it: apt-get install chromium`);
  }
  return chromium.launch({ executablePath: program, args: flags });
}
