/** Every variable of the settings can be given to `npm start`. */
import { expect, it } from "vitest";
import { givenVariables } from "../../../../scripts/service/given-variables.ts";
import { variables } from "../../../../worker/settings/table.ts";

const options = {
  OWN_PLACE: { option: "--place", value: "DE 50.1 8.7" },
  PROBING: { option: "--probe", value: undefined },
};
const usual = { VIEWS_REFRESH_SECONDS: "1", OWN_PLACE: "FR" };

it.each(Object.entries(variables))("%s", (name, { usual: text }) => {
  if (name === "OWN_PLACE" || name === "PEER_ADDRESS_HEADER") return;
  const value = name === "VIEWS_REFRESH_SECONDS" ? "5" : text;
  expect(givenVariables({ set: [`${name}=${value}`], options, usual })).toEqual({
    vars: { ...usual, OWN_PLACE: "DE 50.1 8.7", [name]: value },
  });
});

it("a value may have equals signs and commas", () => {
  const set = ["HOST_LABELS=mirror.example.org nordic=country=SE,FI"];
  expect(givenVariables({ set, options, usual })).toMatchObject({
    vars: { HOST_LABELS: "mirror.example.org nordic=country=SE,FI" },
  });
});

it("what can't be taken is told in the words that were used", () => {
  const wrong = (set: string[], place = "DE") =>
    givenVariables({
      set,
      options: { ...options, OWN_PLACE: { option: "--place", value: place } },
      usual,
    });
  expect(wrong(["PROBE_SECONDS=often"])).toEqual({
    wrong: ['PROBE_SECONDS is "often"; it must be a number of seconds, above 0.'],
  });
  expect(wrong(["PROBE_SECOND=1"])).toEqual({
    wrong: ["PROBE_SECOND is no variable of this service; docs/configuration.md lists them."],
  });
  expect(wrong(["PROBING"])).toEqual({ wrong: ["--set PROBING is no NAME=VALUE."] });
  expect(wrong(["OWN_PLACE=FR"])).toEqual({
    wrong: ["OWN_PLACE is given twice, by --place and by --set."],
  });
  expect(wrong([], "XX 1")).toEqual({ wrong: [expect.stringMatching(/^--place is "XX 1"; /)] });
});
