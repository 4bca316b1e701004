import { expect, test } from "vitest";
import { readStartArguments, usage } from "../../../../scripts/service/start-arguments.ts";

test.each([
  [["--prot", "1"], /--prot/],
  [["--port", "65536"], /^--port 65536 is not a port; give a number from 0 \(any\) to 65535\.$/],
  [["--port", ""], /^--port {2}is not a port/],
  [["extra"], /extra/],
  [["--place", "Atlantis"], /--place/],
  [["--trust-proxy", "10.0.0.0/99"], /--trust-proxy/],
  [["--set", "PROBE_SECONDS=soon"], /PROBE_SECONDS/],
])("wrong usage is told: %j", (args, said) => {
  expect(readStartArguments(args)).toEqual({ wrong: expect.stringMatching(said) });
});

test("options and what follows from them", () => {
  expect(readStartArguments(["--help"])).toBe("help");
  expect(usage).toContain("npm start -- [--port N]");
  const given = readStartArguments(["--port", "0", "--place", "DE 50.1 8.7", "--probe"]);
  expect(given).toMatchObject({
    port: 0,
    host: "127.0.0.1",
    isPrivateNetwork: false,
    vars: { OWN_PLACE: "DE 50.1 8.7", PROBING: "asked" },
  });
});
