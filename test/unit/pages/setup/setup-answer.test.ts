import { describe, expect, it } from "vitest";
import { setupAnswer } from "../../../../worker/pages/setup/setup-answer.ts";
import { setupScript } from "../../../../worker/pages/setup/setup-script.ts";
import { base, debian, debianSecurity, pipe, repository, shells } from "./hosts.ts";

const cd = repository(
  "images",
  "debian-cd",
  { example: "a b/$(touch hit).iso" },
  { title: "CDs\nls" },
);
const catalogue = [debian, debianSecurity, cd];

describe("/setup/", () => {
  it("answers a repository's script as text that isn't kept", async () => {
    const response = setupAnswer("debian", catalogue, base);
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toMatch(/^text\//);
    expect(response.headers.get("Cache-Control")).toBe("no-cache");
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(await response.text()).toBe(setupScript(debian, base, { catalogue }));
  });

  it("answers apt's script for checked bytes, and says who needs none", async () => {
    const response = setupAnswer("debian", catalogue, base, { bytes: true });
    const script = await response.text();
    expect(script).toBe(setupScript(debian, base, { catalogue, bytes: true }));
    expect(script).toContain(`script=${base}setup/debian/bytes\n`);
    const other = setupAnswer("debian-cd", catalogue, base, { bytes: true });
    expect([other.status, await other.text()]).toEqual([404, expect.stringContaining("Only apt")]);
  });

  it("answers 404 with the names there are", async () => {
    for (const name of ["", "debia", "constructor", "debian/"]) {
      const response = setupAnswer(name, catalogue, base);
      expect(response.status).toBe(404);
      const text = await response.text();
      for (const one of catalogue) expect(text).toContain(`${base}setup/${one.name}`);
    }
  });

  it.each(shells())(
    "says how files are fetched, in comments that $name runs nothing of",
    async (shell) => {
      const text = await setupAnswer("debian-cd", catalogue, base).text();
      expect(text).toContain("aria2c 'https://near.example/debian-cd/a b/$(touch hit).iso'");
      expect(text).toContain("curl -fLO 'https://near.example/debian-cd/");
      expect(text).toMatch(/^(# .*\n)+$/);
      expect(pipe(text, [], shell)).toEqual({ code: 0, out: "", err: "" });
    },
  );
});
