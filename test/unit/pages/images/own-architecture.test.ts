import { expect, test } from "vitest";
import { ownArchitecture } from "../../../../worker/pages/images/own-architecture.ts";

/** User-Agents as the browsers of 2025 send them. */
test.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "amd64"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "amd64"],
  ["Mozilla/5.0 (X11; Linux aarch64; rv:140.0) Gecko/20100101 Firefox/140.0", "arm64"],
  [
    "Mozilla/5.0 (X11; Linux armv7l) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
    "armhf",
  ],
  ["Mozilla/5.0 (X11; Linux i686; rv:140.0) Gecko/20100101 Firefox/140.0", "i386"],
  ["Mozilla/5.0 (X11; Linux riscv64) AppleWebKit/537.36", "riscv64"],
  // Every Mac says Intel, whatever it is.
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    undefined,
  ],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15", undefined],
  [
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36",
    undefined,
  ],
  ["Mozilla/5.0 (Android 15; Mobile; aarch64; rv:140.0) Gecko/140.0 Firefox/140.0", undefined],
  ["curl/8.14.1", undefined],
])("%s is of %s", (agent, architecture) => {
  expect(ownArchitecture(new Headers({ "User-Agent": agent }))).toBe(architecture);
});

test.each([
  ['"x86"', '"64"', "amd64"],
  ['"x86"', '"32"', "i386"],
  ['"arm"', '"64"', "arm64"],
  ['"arm"', '"32"', "armhf"],
  ['"arm"', undefined, "arm64"],
  ['""', '""', "amd64"],
])("a hint %s of %s bits is %s, before what the User-Agent says", (arch, bits, expected) => {
  const headers = new Headers({
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)",
    "Sec-CH-UA-Arch": arch,
  });
  if (bits !== undefined) headers.set("Sec-CH-UA-Bitness", bits);
  expect(ownArchitecture(headers)).toBe(expected);
});
