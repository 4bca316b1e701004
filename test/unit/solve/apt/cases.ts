/**
 * Cases in which a quick answer is wrong. What each gives was asked of the real `apt-get -s` (2.6.2, amd64 of Debian 12,
 * 2026-12-01), over the same packages and the same status.
 */
import type { SolveRequest } from "../../../../worker/solve/request.ts";
import type { Suites } from "../small-universe.ts";

export interface Case {
  title: string;
  suites: Suites;
  asked: Partial<SolveRequest>;
  gives: string;
}

const one = (lines: string): Suites => ({ bookworm: lines });
const amd64 = (name: string, version: string) => ({ name, version, architecture: "amd64" });
const i386: Partial<SolveRequest> = { foreign: ["i386"] };

const alternatives = one(`
  app 1; Depends: b | a
  a 1
  b 1
`);
const providers = one(`
  app 1; Depends: virtual
  c 1; Provides: virtual; Priority: optional
  b 1; Provides: virtual; Priority: standard
  a 1; Provides: virtual; Priority: optional
`);
const realAndProvided = one(`
  app 1; Depends: foo
  new 1; Depends: foo (>= 2)
  foo 1
  foo-plus 1; Provides: foo (= 2)
`);
const twoSuites: Suites = {
  bookworm: `
    foo 1
    app 1; Depends: foo (>= 2)
  `,
  "bookworm-security": "foo 2",
};
const recommending = one(`
  app 1; Recommends: broken, wish | other
  broken 1; Depends: nowhere
  wish 1; Conflicts: app
  other 1
`);

export const cases: readonly Case[] = [
  {
    title: "a version is asked for, and the provider has none",
    suites: one("app 1; Depends: mta (>= 1)\npostfix 1; Provides: mta"),
    asked: { install: ["app"] },
    gives: "refused",
  },
  {
    title: "a version is asked for, and the provider has one",
    suites: one("app 1; Depends: mta (>= 1)\npostfix 1; Provides: mta (= 1.2)"),
    asked: { install: ["app"] },
    gives: "+app 1, +postfix 1",
  },
  {
    title: "the first alternative is taken",
    suites: alternatives,
    asked: { install: ["app"] },
    gives: "+app 1, +b 1",
  },
  {
    title: "an alternative that was asked for is enough",
    suites: alternatives,
    asked: { install: ["app", "a"] },
    gives: "+a 1, +app 1",
  },
  {
    title: "the second alternative is taken where the first can't be installed",
    suites: one("app 1; Depends: b | a\na 1\nb 1; Depends: nowhere"),
    asked: { install: ["app"] },
    gives: "+a 1, +app 1",
  },
  {
    title: "of providers the one of the highest priority is taken",
    suites: providers,
    asked: { install: ["app"] },
    gives: "+app 1, +b 1",
  },
  {
    title: "a virtual package with several providers can't be asked for",
    suites: providers,
    asked: { install: ["virtual"] },
    gives: "refused",
  },
  {
    title: "a virtual package with one provider is that one",
    suites: one("postfix 1; Provides: mta"),
    asked: { install: ["mta"] },
    gives: "+postfix 1",
  },
  {
    title: "the real package is preferred to one that provides it",
    suites: realAndProvided,
    asked: { install: ["app"] },
    gives: "+app 1, +foo 1",
  },
  {
    title: "the one that provides the version is taken",
    suites: realAndProvided,
    asked: { install: ["new"] },
    gives: "+foo-plus 1, +new 1",
  },
  {
    title: "what was asked for is enough, though the real package is there",
    suites: realAndProvided,
    asked: { install: ["app", "foo-plus"] },
    gives: "+app 1, +foo-plus 1",
  },
  {
    title: "a foreign package of Multi-Arch: same isn't enough",
    suites: one("app 1; Depends: lib\nlib 1; Architecture: i386; Multi-Arch: same"),
    asked: { ...i386, install: ["app"] },
    gives: "refused",
  },
  {
    title: "a foreign package of Multi-Arch: foreign is enough",
    suites: one("app 1; Depends: tool\ntool 1; Architecture: i386; Multi-Arch: foreign"),
    asked: { ...i386, install: ["app"] },
    gives: "+app 1, +tool:i386 1",
  },
  {
    title: "`:any` takes a foreign package of Multi-Arch: allowed",
    suites: one("app 1; Depends: tool:any\ntool 1; Architecture: i386; Multi-Arch: allowed"),
    asked: { ...i386, install: ["app"] },
    gives: "+app 1, +tool:i386 1",
  },
  {
    title: "`:any` doesn't take a foreign package of Multi-Arch: same",
    suites: one("app 1; Depends: tool:any\ntool 1; Architecture: i386; Multi-Arch: same"),
    asked: { ...i386, install: ["app"] },
    gives: "refused",
  },
  {
    title: "a package for all counts as native",
    suites: one("app 1; Architecture: i386; Depends: data\ndata 1; Architecture: all"),
    asked: { ...i386, install: ["app:i386"] },
    gives: "refused",
  },
  {
    title: "both architectures of Multi-Arch: same have the same version",
    suites: one(
      "lib 2; Multi-Arch: same\nlib 1; Architecture: i386; Multi-Arch: same\napp 1; Depends: lib:i386",
    ),
    asked: { ...i386, install: ["lib", "app"] },
    gives: "refused",
  },
  {
    title: "a recommended package that can't be installed is passed over, and so is a conflict",
    suites: recommending,
    asked: { install: ["app"] },
    gives: "+app 1, +other 1",
  },
  {
    title: "without recommended packages",
    suites: recommending,
    asked: { install: ["app"], recommends: false },
    gives: "+app 1",
  },
  {
    title: "a recommendation that comes with an upgrade is followed",
    suites: one("app 2; Recommends: wish\nwish 1"),
    asked: { install: ["app"], installed: [amd64("app", "1")] },
    gives: "+app 1>2, +wish 1",
  },
  {
    title: "a recommendation that wasn't followed before stays so",
    suites: {
      bookworm: "app 1; Recommends: wish\nwish 1",
      "bookworm-security": "app 2; Recommends: wish",
    },
    asked: { install: ["app"], installed: [amd64("app", "1")] },
    gives: "+app 1>2",
  },
  {
    title: "a pin above 500 prefers the older version",
    suites: twoSuites,
    asked: {
      install: ["foo"],
      pins: [{ package: "foo", pin: "release n=bookworm", priority: 600 }],
    },
    gives: "+foo 1",
  },
  {
    title: "a pin above 1000 replaces a newer version",
    suites: twoSuites,
    asked: {
      upgrade: "dist-upgrade",
      installed: [amd64("foo", "2")],
      pins: [{ package: "foo", pin: "release n=bookworm", priority: 1001 }],
    },
    gives: "+foo 2>1",
  },
  {
    title: "a pin of 990 doesn't replace a newer version",
    suites: twoSuites,
    asked: {
      upgrade: "dist-upgrade",
      installed: [amd64("foo", "2")],
      pins: [{ package: "foo", pin: "release n=bookworm", priority: 990 }],
    },
    gives: "",
  },
  {
    title: "a dependency on what isn't the candidate is refused",
    suites: twoSuites,
    asked: { install: ["app"], pins: [{ package: "foo", pin: "version 1", priority: 600 }] },
    gives: "refused",
  },
  {
    title: "a version that is broken by what comes is upgraded",
    suites: { bookworm: "foo 1\napp 1; Breaks: foo (<< 2)", "bookworm-security": "foo 2" },
    asked: { install: ["app"], installed: [amd64("foo", "1")] },
    gives: "+app 1, +foo 1>2",
  },
  {
    title: "what is replaced is removed",
    suites: one("old 1\nnew 1; Conflicts: old; Replaces: old"),
    asked: { install: ["new"], installed: [amd64("old", "1")] },
    gives: "+new 1, -old 1",
  },
  {
    title: "a package doesn't conflict with what it provides itself",
    suites: one("mta-a 1; Provides: mta; Conflicts: mta; Replaces: mta"),
    asked: { install: ["mta-a"] },
    gives: "+mta-a 1",
  },
  {
    title: "the order of names counts",
    suites: one("a 1; Conflicts: x\nb 1; Depends: x | y\nx 1\ny 1"),
    asked: { install: ["b", "a"] },
    gives: "+a 1, +b 1, +y 1",
  },
  {
    title: "what holds stays, and with it what needs it",
    suites: {
      bookworm: "lib 1\napp 1; Depends: lib",
      "bookworm-security": "lib 2\napp 2; Depends: lib (>= 2)",
    },
    asked: {
      upgrade: "dist-upgrade",
      installed: [{ ...amd64("lib", "1"), hold: true }, amd64("app", "1")],
    },
    gives: "",
  },
  {
    title: "an upgrade brings nothing new",
    suites: {
      bookworm: "lib 1\napp 1",
      "bookworm-security": "app 2; Depends: more\nmore 1\nlib 2",
    },
    asked: { upgrade: "upgrade", installed: [amd64("lib", "1"), amd64("app", "1")] },
    gives: "+lib 1>2",
  },
  {
    title: "a dist-upgrade does",
    suites: {
      bookworm: "lib 1\napp 1",
      "bookworm-security": "app 2; Depends: more\nmore 1\nlib 2",
    },
    asked: { upgrade: "dist-upgrade", installed: [amd64("lib", "1"), amd64("app", "1")] },
    gives: "+app 1>2, +lib 1>2, +more 1",
  },
  {
    title: "what depends on a removed package goes with it",
    suites: one("lib 1\napp 1; Depends: lib\nother 1"),
    asked: {
      remove: ["lib"],
      installed: [amd64("lib", "1"), amd64("app", "1"), amd64("other", "1")],
    },
    gives: "-app 1, -lib 1",
  },
  {
    title: "what was installed for others' sake stays when they go",
    suites: one("lib 1\napp 1; Depends: lib"),
    asked: {
      remove: ["app"],
      installed: [{ ...amd64("lib", "1"), automatic: true }, amd64("app", "1")],
    },
    gives: "-app 1",
  },
  {
    title: "a suite is asked for, and its version of what that needs comes",
    suites: {
      bookworm: "app 1\nlib 2",
      "bookworm-updates": "app 3; Depends: lib (= 3)\nlib 3",
      "bookworm-security": "lib 4\napp 4; Depends: lib (= 4)",
    },
    asked: { install: ["app/bookworm-updates"] },
    gives: "+app 3, +lib 3",
  },
  {
    title: "a version is asked for",
    suites: twoSuites,
    asked: { install: ["foo=1"] },
    gives: "+foo 1",
  },
  {
    title: "a version that isn't there is asked for",
    suites: twoSuites,
    asked: { install: ["foo=3"] },
    gives: "refused",
  },
  {
    title: "what no index has stays where it is",
    suites: one("app 1; Depends: own"),
    asked: { install: ["app"], installed: [amd64("own", "0.1")] },
    gives: "+app 1",
  },
];
