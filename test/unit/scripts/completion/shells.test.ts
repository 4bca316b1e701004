/** The completion's scripts in real shells; one that isn't installed is left out. */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { completionScripts } from "../../../../scripts/completion/scripts.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { listFolder, siteText } from "../mirrors/list.ts";

const folder = temporaryFolder("completion-");
const program = join(import.meta.dirname, "../../../../scripts/nearmirror.js");
const list = listFolder({ "a.example": siteText("a.example"), "b.example": siteText("b.example") });

beforeAll(() => {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const wrapper = join(bin, "nearmirror");
  writeFileSync(wrapper, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(wrapper, 0o755);
  for (const [shell, text] of Object.entries(completionScripts)) {
    writeFileSync(join(folder, shell), text);
  }
});

const has = (shell: string) =>
  ["/bin", "/usr/bin", "/usr/local/bin"].some((where) => existsSync(join(where, shell)));

/** What a shell's script prints. */
async function printed(command: string, ...args: string[]): Promise<string> {
  const child = spawn(command, args, {
    cwd: folder,
    env: {
      PATH: `${join(folder, "bin")}:/usr/bin:/bin`,
      HOME: folder,
      TERM: "dumb",
      NEARMIRROR_LIST: list,
    },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 50_000,
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
  }
  await new Promise((resolve) => child.once("close", resolve));
  return text;
}

/** A word as a shell's source has it, so that what is in it isn't run. */
const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

describe.skipIf(!has("bash"))("bash", () => {
  const complete = async (...words: string[]) => {
    const line = ["nearmirror", ...words].map(quoted).join(" ");
    const script = `source ./bash; source ./bash; COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _nearmirror; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return (await printed("bash", "--norc", "-c", script)).trim().split("\n");
  };

  it("completes verbs, options and names", async () => {
    expect(await complete("dra")).toEqual(["drain"]);
    expect(await complete("show", "")).toEqual(["a.example", "b.example"]);
    expect(await complete("list", "--repository", "=", "debian-")).toEqual(["debian-cd"]);
  });

  it("runs nothing of what is typed", async () => {
    const words = ["show", `$(touch ${folder}/run-by-bash)`, "`touch run-by-bash`", ""];
    expect(await complete(...words)).toEqual([""]);
    expect(existsSync(join(folder, "run-by-bash"))).toBe(false);
  });
});

describe.skipIf(!has("fish"))("fish", () => {
  const complete = async (line: string) => {
    const script = `source ./fish; complete -C ${quoted(line)}`;
    const text = await printed("fish", "--no-config", "-c", script);
    return text
      .trim()
      .split("\n")
      .map((one) => one.split("\t")[0]);
  };

  it("completes verbs, options, names and files", async () => {
    expect(await complete("nearmirror dra")).toEqual(["drain"]);
    expect(await complete("nearmirror show ")).toEqual(["a.example", "b.example"]);
    expect(await complete("nearmirror list --repository=debian-")).toEqual([
      "--repository=debian-cd",
    ]);
    expect(await complete("nearmirror apply --list ./b")).toEqual(["./bin/"]);
  });

  it("runs nothing of what is typed", async () => {
    await complete("nearmirror show (touch run-by-fish) ");
    expect(existsSync(join(folder, "run-by-fish"))).toBe(false);
  });
});

describe.skipIf(!has("zsh"))("zsh", () => {
  /** On a terminal of its own, as zsh completes on no other. The matches are those that the terminal shows behind the line. */
  const complete = async (line: string) => {
    const inner = [
      "PROMPT=; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; source ./zsh",
      'show-line() { print -r -- "<$BUFFER>"; exit }; zle -N show-line; bindkey ^X show-line',
    ].join("; ");
    const script = `zmodload zsh/zpty; zpty z zsh -f -i; zpty -w z ${quoted(inner)}; zpty -w z 'print REA''DY'; zpty -r z text '*READY*'; zpty -n -w z ${quoted(line)}$'\\t\\x18'; zpty -r z text '*<*>*'; print -r -- "$text"`;
    const text = await printed("zsh", "-f", "-c", script);
    return /<(nearmirror [^>]*)>/.exec(text)?.[1]?.trimEnd();
  };

  it("completes verbs, options and names", async () => {
    expect(await complete("nearmirror dra")).toBe("nearmirror drain");
    expect(await complete("nearmirror show b")).toBe("nearmirror show b.example");
    expect(await complete("nearmirror list --repository=debian-")).toBe(
      "nearmirror list --repository=debian-cd",
    );
  });

  it("runs nothing of what is typed", async () => {
    await complete("nearmirror show $(touch run-by-zsh) b");
    expect(existsSync(join(folder, "run-by-zsh"))).toBe(false);
  });
});
