/** Without xmllint the schemas hold nothing: fine on somebody's own machine, not where changes are judged. */
import { expect, test } from "vitest";
import { xmllint } from "./documents.ts";

test.runIf(process.env.CI)("CI has xmllint", () => {
  expect(xmllint, "install the package libxml2-utils").not.toBe("");
});
