import { expect, test } from "vitest";
import { columnsOf } from "../../../../worker/images/filter/image-columns.ts";
import { isFault, readFilter } from "../../../../worker/images/filter/read-filter.ts";
import { catalogueOf, image } from "../generated-catalogue.ts";

const columns = columnsOf(
  catalogueOf([
    image(),
    image({ distribution: "ubuntu", series: "24.04", version: "24.04.3", codename: "noble" }),
    image({ architecture: "arm64", edition: "Gnome-Odd" }),
  ]),
);

function read(query: string, others: readonly string[] = []) {
  const got = readFilter(query, { columns, isPart: false }, others);
  if (isFault(got)) throw new Error(got.reason);
  return got;
}

function fault(query: string) {
  const got = readFilter(query, { columns, isPart: false }, ["limit"]);
  if (!isFault(got)) throw new Error(`${query} was taken`);
  return got;
}

test("values are repeated or behind commas, in any case, by any alias", () => {
  const { filter } = read(
    "architecture=X86_64,aarch64&architecture=amd64&distribution=Debian&q=a+b&q=C",
  );
  expect(filter).toEqual({
    words: ["a", "b", "c"],
    chosen: { architecture: ["amd64", "arm64"], distribution: ["debian"] },
  });
  expect(read("edition=gnome-odd").filter.chosen.edition).toEqual(["Gnome-Odd"]);
});

test("an axis that a form leaves empty chooses nothing", () => {
  expect(read("q=&distribution=&architecture=&latest=").filter).toEqual({ words: [], chosen: {} });
});

test("version takes a series or a whole version; an architecture that no image has leaves nothing", () => {
  expect(read("version=24.04,24.04.3").filter.chosen.version).toEqual(["24.04", "24.04.3"]);
  expect(read("architecture=mips64le").filter.chosen.architecture).toEqual(["mips64el"]);
});

// Tables of ours are asked with these names too, and every object has such properties.
test.each(["constructor", "__proto__", "toString", "valueOf", "hasOwnProperty"])(
  "architecture=%s is refused like any other word",
  (word) => {
    expect(fault(`architecture=${word}`)).toMatchObject({ name: "architecture", value: word });
  },
);

test("other names are the caller's", () => {
  expect(read("limit=5&q=x", ["limit"]).others.get("limit")).toBe("5");
});

test.each([
  ["distribution=debain", "debian"],
  ["architecture=amd46", "amd64"],
  ["architecture=aarch46", "aarch64"],
  ["version=24.40", "24.04"],
  ["version=24.04.4", "24.04.3"],
  ["type=netints", "netinst"],
  ["supported=yess", "yes"],
  ["codename=nobel", "noble"],
  ["latest=serie", "series"],
])("%s is refused with %s as the nearest", (query, nearest) => {
  const [name, value] = query.split("=");
  const { reason, ...told } = fault(query);
  expect(told).toMatchObject({ name, value, nearest });
  expect(reason).toContain(`${query} is not there. Did you mean ${nearest}? There are: `);
});

test("a name that is none is refused with the nearest", () => {
  expect(fault("archtecture=amd64")).toMatchObject({
    name: "archtecture",
    nearest: "architecture",
  });
  expect(fault("limits=3").reason).toContain("Did you mean limit=?");
  expect(fault("utm_source=x").reason).toBe(
    "utm_source= filters nothing. There are: q, distribution, version, codename, architecture, type, edition, format, supported, latest, limit.",
  );
});

test("more words or values than anybody needs are refused", () => {
  const reason = "q= has more than 16 values. Leave some out.";
  expect(fault(`q=${"a+".repeat(17)}`).reason).toBe(reason);
  expect(fault(`q=${"a-".repeat(300)}`).reason).toBe(reason);
});

test("where no image is known yet no value is wrong", () => {
  const none = { columns: columnsOf(catalogueOf([])), isPart: false };
  expect(isFault(readFilter("distribution=nixos&version=1", none))).toBe(false);
});

test("while a repository isn't read no name that its images may have is wrong", () => {
  const known = { columns, isPart: true };
  const query = "distribution=NixOS&version=25.11&codename=xantusia&edition=plasma6&format=ova";
  expect(readFilter(query, known)).toMatchObject({
    filter: { chosen: { distribution: ["nixos"], version: ["25.11"], codename: ["xantusia"] } },
  });
  // These have the same values whatever is read.
  for (const odd of ["type=netints", "architecture=amd46", "supported=no", "latest=no", "x=1"]) {
    expect(isFault(readFilter(odd, known))).toBe(true);
  }
});
