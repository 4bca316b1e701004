import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { oneLine, shellQuote } from "../../../../worker/formats/setup-quote.ts";
import { hasScript, setupScript } from "../../../../worker/pages/setup/setup-script.ts";
import { almalinux, alpine, archlinux, debian, done, makeRoot, pipe, shells } from "./hosts.ts";

/** Numbers from 0 to 1, the same each time (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const alphabet = [
  ..."'\"\\$`!*?[]{}()<>|&;#~^=%@:,.+-_ \t\n\r/aZ09",
  ...[
    "\u0001",
    "\u007f",
    "\u0085",
    "\u2028",
    "ü",
    "雪",
    "🐧",
    "$(",
    "${",
    "--",
    "-n",
    "\\n",
    "'\\''",
  ],
];

function randomText(random: () => number): string {
  const length = Math.floor(random() * 12);
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
}

describe("a word of a shell script", () => {
  const random = randomFrom(5);
  const texts = [
    "",
    "a",
    "'",
    "''",
    "-",
    ...Array.from({ length: 2000 }, () => randomText(random)),
  ];

  it.each(shells())("is read by $name as exactly the text it was, whatever is in it", (shell) => {
    const script = texts.map((text) => `printf '%s|END|' ${shellQuote(text)}\n`).join("");
    const { code, out, err } = pipe(script, [], shell);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.split("|END|").slice(0, -1)).toEqual(texts);
  });

  it("is left as it is where nothing in it means anything, and has no U+0000", () => {
    expect(shellQuote("https://m.example/a+b_c.iso")).toBe("https://m.example/a+b_c.iso");
    expect(shellQuote("a\0b")).toBe("ab");
  });
});

describe("a value on one line", () => {
  it("begins no other line", () => {
    const random = randomFrom(6);
    for (let round = 0; round < 2000; round++) {
      expect(oneLine(randomText(random))).not.toMatch(/[\n\r\t\u0085\u2028]/);
    }
    expect(oneLine(" main\nSigned-By: /x\r\n")).toBe("main Signed-By: /x");
  });
});

describe("a script from a catalogue with anything in it", () => {
  const random = randomFrom(7);
  const hostile = () =>
    `${randomText(random)}'; touch hit; "$(touch hit)" \`touch hit\`\ntouch hit\n#`;

  it.each(shells())("runs none of it in $name", (shell) => {
    const root = makeRoot({
      "etc/ssl/certs/ca-certificates.crt": "",
      "etc/os-release": "ID=debian\nVERSION_CODENAME=trixie\nVERSION_ID=13.1\n",
      "etc/apt/apt.conf.d/x": "",
      "etc/apt/sources.list.d/x.sources":
        "Types: deb\nURIs: http://ftp.de.debian.org/debian\nSuites: trixie\n",
    });
    for (const folder of ["etc/yum.repos.d", "etc/apk", "etc/pacman.d"])
      mkdirSync(join(root, folder));
    let scripts = 0;
    for (const plain of [debian, almalinux, alpine, archlinux]) {
      for (let round = 0; round < 2; round++) {
        const { signedBy: _, ...rest } = plain.setup;
        const setup = {
          ...rest,
          suites: hostile(),
          components: hostile(),
          channels: { [hostile()]: hostile() },
          ...(plain.kind === "rpm" ? { signedBy: hostile() } : {}),
        };
        const of = { ...plain, title: hostile(), architectures: [hostile()], setup };
        // Of suites that apt can't read there is none.
        const script = setupScript(of, "https://near.example/", { distributions: ["debian"] });
        expect(script !== undefined).toBe(hasScript(of));
        if (script === undefined) continue;
        scripts++;
        expect(done(script, root, shell)).toContain("Nothing was changed yet");
        expect(done(script, root, shell, "--apply")).toContain("Done.");
        if (round === 0) expect(pipe(script, ["--help"], shell).code).toBe(0);
        done(script, root, shell, "--undo");
      }
    }
    expect(scripts).toBeGreaterThanOrEqual(6);
    expect([...readdirSync("."), ...readdirSync(root)]).not.toContain("hit");
  });
});
