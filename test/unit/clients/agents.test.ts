/** Which programs come back by themselves, and when. Names and pauses are those that were observed (docs/clients.md). */
import { describe, expect, it } from "vitest";
import { Agents, type ComesBack, mayComeBack } from "../../../worker/clients/agents.ts";

describe("a program", () => {
  it.each<[string | null, ComesBack]>([
    ["Debian APT-HTTP/1.3 (2.6.1)", "next run"],
    ["Wget/1.21.3", "never"],
    ["pip/23.0.1 {...}", "never"],
    ["npm/9.2.0 node/v18.19.0 linux x64 workspaces/false", "never"],
    ["libdnf (Debian GNU/Linux 12; generic; Linux.x86_64)", "at once"],
    ["libdnf (Fedora Linux 40; server; Linux.x86_64)", "at once"],
    ["pacman/6.0.2 (Linux x86_64) libalpm/13.0.2", "at once"],
    ["curl/7.88.1", "whole seconds"],
    ["ZYpp 17.25.7 (curl 7.88.1)", "unknown"],
    ["aria2/1.36.0", "unknown"],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "unknown"],
    ["my curl/7", "unknown"],
    ["", "unknown"],
    [null, "unknown"],
  ])("that is called %j comes back: %s", (name, comesBack) => {
    expect(new Agents().of(name).comesBack).toBe(comesBack);
  });

  it("is known by its name, and nameless ones are one", () => {
    const agents = new Agents();
    const names = ["curl/7.88.1", "curl/8.0.0", "Wget/1.21.3", null];
    const keys = names.map((name) => agents.of(name).key);
    expect(new Set(keys).size).toBe(names.length);
    expect(keys).not.toContain(0);
    expect(agents.of("curl/7.88.1").key).toBe(keys[0]);
    expect(agents.of("").key).toBe(keys[3]);
  });

  it("keeps its key however many others come", () => {
    const agents = new Agents();
    const { key } = agents.of("curl/7.88.1");
    for (let at = 0; at < 5000; at++) agents.of(`made up ${at}`);
    expect(agents.of("curl/7.88.1").key).toBe(key);
  });
});

describe("a pause", () => {
  it.each<[ComesBack, number[], number[]]>([
    // Refused, 404 or 503 within a few round trips; the timeout of 30 s.
    ["at once", [0, 15, 700, 1500, 30_020, 31_400], [1600, 5000, 29_900, 33_000, 59_000]],
    // `--retry` doubles from 1 s, `--retry-delay` has whole seconds; each with the failure's own time.
    ["whole seconds", [1003, 1400, 2010, 3200, 4080], [0, 20, 950, 1700, 5005, 8010, 16_000]],
    // `apt-get install || apt-get install` asks again after 0.08 s.
    ["next run", [76, 1000, 59_000], []],
    ["never", [], [0, 1000, 30_000]],
    ["unknown", [], [0, 1000, 30_000]],
  ])("may be a failure's, of one that comes back %s", (comesBack, may, mayNot) => {
    expect(may.filter((ms) => !mayComeBack({ comesBack }, ms))).toEqual([]);
    expect(mayNot.filter((ms) => mayComeBack({ comesBack }, ms))).toEqual([]);
  });
});
