/** Lists in other forms: what was written is read again by the import of that form. */
import { describe, expect, test } from "vitest";
import type { Fact } from "../../../../scripts/mirrors/export/facts.ts";
import type { ExportForm } from "../../../../scripts/mirrors/export/form.ts";
import {
  type ExportKind,
  exportForms,
  exportKinds,
  formOf,
} from "../../../../scripts/mirrors/export/forms.ts";
import type { ListedMirror } from "../../../../scripts/mirrors/export/listed-mirror.ts";
import {
  type AskedExport,
  lossText,
  type WrittenList,
  writeList,
} from "../../../../scripts/mirrors/export/write-list.ts";
import type { Entry, ParsedList } from "../../../../scripts/mirrors/import/entry.ts";
import { type ListKind, listForms, listKinds } from "../../../../scripts/mirrors/import/lists.ts";
import type { Site } from "../../../../worker/list/site.ts";
import { list, now, repositories, sites } from "./export-list.ts";

function form(kind: string): ExportForm {
  const found = formOf(kind);
  if ("fault" in found) throw new Error(found.fault);
  return found;
}

/** Every mirror was asked, and has the newest state. */
const checks: NonNullable<AskedExport["checks"]> = new Map(
  sites.flatMap(({ name }) =>
    repositories.map((one): [string, NonNullable<ListedMirror["checks"]>] => [
      `${name} ${one.name}`,
      { https: { isFresh: true }, http: { isFresh: true } },
    ]),
  ),
);

function written(format: ExportKind, repository?: string, of = list): WrittenList {
  const asked = { format, form: form(format), now, checks };
  const result = writeList(of, { ...asked, ...(repository !== undefined && { repository }) });
  if ("fault" in result) throw new Error(result.fault);
  return result;
}

/** A repository whose kind the form can be of. */
const repositoryOf = (kind: ExportKind) => form(kind).kinds?.[0] ?? "rpm";

/** All files of an export, read again. */
function readAgain(kind: ExportKind, { files }: WrittenList, repository: string): ParsedList[] {
  const reader: ListKind = kind === "mirrorz-d" ? "mirrorz" : kind;
  const architectures = Object.fromEntries(
    repositories.map(({ name }) => [name, ["amd64", "arm64"]]),
  );
  return [...files].map(([name, text]) =>
    listForms[reader].read({
      text,
      name,
      architectures,
      names: {},
      ...(listForms[reader].repository !== "never" && { repository }),
    }),
  );
}

/** One entry a host, with the one repository: Ubuntu's list has an entry a URL, and tells the repository by it. */
function byHost(lists: readonly ParsedList[], repository: string): Entry[] {
  const found = new Map<string, Entry>();
  for (const entry of lists.flatMap(({ entries }) => entries)) {
    const [first] = Object.values(entry.repositories);
    const carried = entry.repositories[repository] ?? first ?? { urls: {} };
    const before = found.get(entry.name)?.repositories[repository];
    const urls = { ...before?.urls, ...carried.urls };
    found.set(entry.name, { ...entry, repositories: { [repository]: { ...carried, urls } } });
  }
  return [...found.values()];
}

type Told = Omit<Entry, "label" | "place"> & {
  country?: string | undefined;
  city?: string | undefined;
};

/** An entry's parts, as far as a form says them. Of Ubuntu's form the repository is told by the URL. */
function said(entry: Told, says: readonly Fact[]) {
  const has = (fact: Fact) => says.includes(fact);
  const [carried] = Object.values(entry.repositories);
  return {
    name: entry.name,
    urls: carried?.urls,
    ...(has("country") && { country: entry.country }),
    ...(has("city") && { city: entry.city }),
    ...(has("capacity") && { capacity: entry.capacity }),
    ...(has("AS number") && { asns: entry.asns }),
    ...(has("networks") && { prefixes: entry.prefixes }),
    ...(has("address families") && { families: entry.families }),
    ...(has("countries it is for") && { countries: entry.countries }),
    ...(has("sponsor") && { sponsor: entry.sponsor?.name }),
    ...(has("rsync") && { rsync: carried?.rsync }),
    ...(has("architectures") && { architectures: carried?.architectures }),
  };
}

/** What the list says of a site, in the words of imports. */
function entryOf(site: Site, repository: string): Told {
  const carried = site.repositories[repository];
  const { base } = site;
  const path = carried?.path ?? "";
  return {
    name: site.name,
    country: site.country,
    city: site.city,
    ...(site.capacity !== undefined && { capacity: site.capacity }),
    ...(site.asn !== undefined && { asns: [site.asn] }),
    ...(site.prefixes !== undefined && { prefixes: site.prefixes }),
    ...(site.families !== undefined && { families: site.families }),
    ...(site.scope?.countries !== undefined && { countries: site.scope.countries }),
    ...(site.sponsor !== undefined && { sponsor: site.sponsor }),
    repositories: {
      [repository]: {
        urls: {
          ...(base.https !== undefined &&
            !carried?.assumed?.includes("https") && { https: `${base.https}${path}` }),
          ...(base.http !== undefined && { http: `${base.http}${carried?.http ?? path}` }),
        },
        ...(carried?.rsync !== undefined && { rsync: `${base.rsync}${carried.rsync}` }),
        ...(carried?.architectures && { architectures: carried.architectures }),
      },
    },
  };
}

/** The URLs that a form says of these. */
function urlsSaid(urls: Entry["repositories"][string]["urls"] = {}, says: readonly Fact[]) {
  const { https, http } = urls;
  // A form without schemes is read as http.
  if (!says.includes("https")) return { http: http ?? https?.replace(/^https:/, "http:") };
  const pathOf = (url: string) => new URL(url).pathname;
  const differs = https !== undefined && http !== undefined && pathOf(https) !== pathOf(http);
  const hasBoth = says.includes(differs ? "another path by http" : "http beside https");
  return hasBoth || https === undefined || http === undefined ? urls : { https };
}

describe("what was written is read again", () => {
  test.each(exportKinds.map((kind) => [kind]))("%s", (kind) => {
    const repository = repositoryOf(kind);
    const { of, says, saysPrivate, needsCountry, refuses } = form(kind);
    const result = written(kind, of === "site" ? undefined : repository);
    const read = byHost(readAgain(kind, result, repository), repository);
    for (const entry of read) {
      const site = sites.find(({ name }) => name === entry.name);
      if (site === undefined) throw new Error(`${entry.name} isn't in the list`);
      const { country, city } = entry.place;
      // A city state is named once.
      const place = { country: country?.toUpperCase(), city: city ?? cityOfState(country) };
      const wanted = said(entryOf(site, repository), says);
      expect(said({ ...entry, ...place }, says)).toEqual({
        ...wanted,
        urls: urlsSaid(wanted.urls, says),
      });
      expect(entry.private ?? false).toBe(site.private ?? false);
    }
    const expected = sites.filter(
      (site) =>
        site.name !== "out.example.jp" &&
        (!site.private || saysPrivate) &&
        (site.country !== undefined || !needsCountry) &&
        refuses?.(mirrorOf(site, repository)) === undefined &&
        // What leaves folders out is partial in Gentoo's list, and not taken from there.
        !(kind === "gentoo" && site.name === "four.example.us"),
    );
    expect(read.map(({ name }) => name).sort()).toEqual(expected.map(({ name }) => name).sort());
    expect(expected.length).toBeGreaterThan(2);
  });

  function cityOfState(country: string | undefined): string | undefined {
    return country === "HK" ? "Hong Kong" : undefined;
  }

  function mirrorOf(site: Site, repository: string): ListedMirror {
    const [found] = repositories.filter(({ name }) => name === repository);
    const { urls = {} } = entryOf(site, repository).repositories[repository] ?? {};
    if (found === undefined) throw new Error(repository);
    return { site, repository: found, carried: { path: "" }, urls, isOut: false };
  }

  test("which states hold, and which mirrors stand where, is as forms have it", () => {
    const { files } = written("mirrorlist", "pacman");
    expect([...files.values()].join("")).toBe(
      [
        "##",
        "## A & B of pacman repository mirrorlist",
        "## Generated on 2026-11-30",
        "##",
        "",
        "Server = https://nowhere.example:8443/pub/pacman/$repo/os/$arch",
        "",
        "## Germany",
        "Server = https://both.example.de/pub/pacman/$repo/os/$arch",
        "Server = http://both.example.de/pub/pacman/$repo/os/$arch",
        "",
        "## Hong Kong SAR China",
        "Server = https://secure.example.hk/pub/pacman/$repo/os/$arch",
        "",
        "## Italy",
        "Server = http://assumed.example.it/pub/pacman/$repo/os/$arch",
        "",
        "## Japan",
        "Server = https://back.example.jp/pub/pacman/$repo/os/$arch",
        "",
        "## South Korea",
        "Server = https://apart.example.kr/pub/pacman/$repo/os/$arch",
        "Server = http://apart.example.kr/plain/$repo/os/$arch",
        "",
        "## United States",
        "Server = http://four.example.us/pub/pacman/$repo/os/$arch",
        "",
      ].join("\n"),
    );
  });

  test("Void's and MirrorCache's lists say who is out, MirrorManager's also for whom a mirror is", () => {
    const [voids = ""] = written("void", "files").files.values();
    expect(voids).toContain(
      "base_url: https://out.example.jp/pub/files/\n  region: AS\n  location: Japan\n  tier: 2\n  enabled: false\n",
    );
    const [table = ""] = written("opensuse", "rpm").files.values();
    expect(table.split("\n")).toContain("out.example.jp,/pub/rpm,f,jp,as");
    expect(table.split("\n")).toContain("nowhere.example:8443,/pub/rpm,t,,");
    const [hosts = ""] = written("mirrormanager", "rpm").files.values();
    const { hosts: found } = JSON.parse(hosts);
    const named = (name: string) => found.find((one: { name: string }) => one.name === name);
    expect(named("out.example.jp")).toMatchObject({ admin_active: false });
    expect(named("inside.example.fr")).toMatchObject({
      private: true,
      netblocks: [{ netblock: "198.51.100.0/24" }],
    });
    // Coordinates that stand for a whole country are nobody's.
    expect(named("apart.example.kr")).toMatchObject({
      latitude: null,
      longitude: null,
      bandwidth_int: null,
    });
    expect(named("both.example.de")).toMatchObject({ latitude: 50.11, bandwidth_int: 20_000 });
  });

  test("Arch's status tells what checks found, and nothing that they didn't", () => {
    const asked = { format: "arch", form: form("arch"), repository: "pacman", now };
    const result = writeList(list, {
      ...asked,
      checks: new Map([["both.example.de pacman", { https: { isFresh: true } }]]),
    });
    if ("fault" in result) throw new Error(result.fault);
    const [text = ""] = result.files.values();
    const { urls } = JSON.parse(text);
    const at = (url: string) => urls.find((one: { url: string }) => one.url === url);
    expect(at("https://both.example.de/pub/pacman/")).toMatchObject({
      last_sync: "2026-11-30T12:00:00.000Z",
      active: true,
      isos: true,
    });
    expect(at("http://both.example.de/pub/pacman/")).toMatchObject({
      last_sync: null,
      delay: null,
    });
    expect(at("https://out.example.jp/pub/pacman/")).toMatchObject({ active: false });
    expect(at("http://four.example.us/pub/pacman/")).toMatchObject({
      isos: false,
      ipv4: true,
      ipv6: false,
    });
    expect(writeList(list, asked)).toEqual({
      fault: expect.stringContaining("name a running service"),
    });
  });

  test("parts of a tree are carried where the tree is, and sites name the tree alone", () => {
    const part = {
      name: "part",
      kind: "images" as const,
      title: "P",
      origin: "https://origin.example/rpm/",
      tree: "rpm",
    };
    const whole = { ...list, repositories: [...repositories, part] };
    const [lines = ""] = written("kali", "part", whole).files.values();
    expect(lines).toContain("both.example.de/pub/rpm/\n");
    const text = [...written("mirrorz", undefined, whole).files.values()].join("");
    expect(text).not.toContain('"part"');
  });

  test("a URL or a city in Termux' files is nothing that a shell would run", () => {
    const site: Site = {
      name: "a.example",
      country: "DE",
      city: "A\nrm x",
      base: { https: "https://a.example/" },
      repositories: { apt: { path: "$(id)/`id`/" } },
    };
    const [text] = written("termux", "apt", { ...list, sites: [site] }).files.values();
    expect(text).toBe(
      '# This file is sourced by pkg\n# Mirror. Hosted in A rm x, Germany.\nWEIGHT=1\nMAIN="https://a.example/%24(id)/%60id%60"\n',
    );
  });

  test("contacts and notes are in no form", () => {
    const told = list.sites.map((site) => ({
      ...site,
      contact: "ann@example.org",
      note: "ann's own",
    }));
    for (const kind of exportKinds) {
      const { files } = written(kind, repositoryOf(kind), { ...list, sites: told });
      expect([...files.values()].join("")).not.toContain("ann");
    }
  });
});

describe("what a form can't say", () => {
  test("is told in one line, with the mirrors it has no place for", () => {
    expect(lossText("manjaro", written("manjaro", "pacman"))).toBe(
      "manjaro can't say, of so many mirrors: city (4), coordinates (2), capacity (2), sponsor (1), AS number (1), networks (1), address families (1), countries it is for (1), a scheme that is assumed (1), rsync (1), architectures (1), that it has no images (1). Left out: 1 private, 1 drained or disabled, 1 without a country.",
    );
    expect(lossText("mirrorz-d", written("mirrorz-d", "rpm"))).toContain(
      "another path by http (1)",
    );
    expect(lossText("kali", written("kali", "rpm"))).toMatch(/Left out: .*without http/);
  });
  test("is nothing where the form says all", () => {
    const one = {
      name: "a.example",
      country: "DE",
      base: { http: "http://a.example/" },
      repositories: { pacman: { path: "" } },
    };
    expect(
      lossText("manjaro", written("manjaro", "pacman", { ...list, sites: [one] })),
    ).toBeUndefined();
  });

  const pairs = exportKinds.flatMap((kind) =>
    repositories.flatMap(({ name }) =>
      form(kind).kinds?.some((one) => one === name) === false ? [[kind, name] as const] : [],
    ),
  );
  test.each(pairs)("%s can't be of a repository of the kind %s", (kind, repository) => {
    const result = writeList(list, { format: kind, form: form(kind), repository, now, checks });
    expect(result).toEqual({
      fault: expect.stringContaining(`and ${repository} is ${repository}.`),
    });
  });
  test("a repository that isn't there, or isn't named, is asked for", () => {
    const asked = { format: "mirmon", form: form("mirmon"), now };
    expect(writeList(list, { ...asked, repository: "pacmann" })).toEqual({
      fault: expect.stringContaining("Did you mean pacman?"),
    });
    expect(writeList(list, asked)).toEqual({ fault: expect.stringContaining("--repository") });
  });
  test("each form that is read is written, or says why it isn't", () => {
    expect(Object.keys(exportForms).sort()).toEqual([...listKinds, "mirrorz-d"].sort());
    for (const kind of listKinds.filter((one) => !exportKinds.includes(one))) {
      expect(formOf(kind)).toEqual({ fault: expect.stringMatching(/\.$/) });
    }
    expect(formOf("xml")).toEqual({ fault: expect.stringContaining("mirrormanager") });
  });
});
