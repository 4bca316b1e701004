import { describe, expect, it } from "vitest";
import { solveApt } from "../../../../worker/solve/apt/solve-apt.ts";
import { requestOf, shortOf, smallUniverse } from "../small-universe.ts";
import { cases } from "./cases.ts";

describe("apt 2.6 over small universes", () => {
  it.each(cases)("$title", ({ suites, asked, gives }) => {
    const request = requestOf(asked);
    const universe = smallUniverse(suites, [request.architecture, ...request.foreign]);
    expect(shortOf(solveApt(universe, request))).toBe(gives);
  });
});
