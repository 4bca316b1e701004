/** A kind that is added to the one table is known everywhere. What needs workerd: `test/workerd/made-up-kind.test.ts`. */
import { afterAll, expect, test } from "vitest";
import repositorySchema from "../../../mirror-list/schema/repository.schema.json" with {
  type: "json",
};
import { parseSource } from "../../../scripts/mirrors/source.ts";
import { readOptions } from "../../../scripts/probe/options.ts";
import { readOrigin } from "../../../scripts/probe/read-origin.ts";
import { findChannel } from "../../../worker/delivery/lists/channels.ts";
import { architectureOf, classify, immutable } from "../../../worker/formats/classify.ts";
import { kindNames } from "../../../worker/formats/kind-names.ts";
import { readSnapshotRoot } from "../../../worker/formats/read-snapshot-root.ts";
import { dateInText } from "../../../worker/formats/root-date.ts";
import { checkRepository } from "../../../worker/list/check-repository.ts";
import { readRepository, repositorySchemaOf } from "../../../worker/list/schema.ts";
import { listLinesOf, scriptLinesOf, setupOf } from "../../../worker/pages/setup/setup.ts";
import { setupAnswer } from "../../../worker/pages/setup/setup-answer.ts";
import {
  contentsAhead,
  contentsIndexesOf,
  contentsName,
} from "../../../worker/repositories/chain/choose-contents.ts";
import {
  isRootLike,
  namesARoot,
  OpenSnapshot,
} from "../../../worker/repositories/reader/open-snapshot.ts";
import { repository, StandInOrigin, seeded, sha256 } from "../repositories/origin.ts";
import { addParcel, removeParcel } from "./parcel.ts";

const kind = addParcel();
afterAll(removeParcel);
const root = "box/PARCELS";
const payload = "box/sealed/a-amd64.parcel";
const catalogue = `10 ${sha256(payload)} ${payload}\n`;
const made = Date.UTC(2026, 10, 1);
const rootText = `made: 2026-11-01T00:00:00Z\n${catalogue.length} ${sha256(catalogue)} sealed/amd64-catalogue\n`;
const boxes = repository({
  name: "box",
  title: "Boxes",
  kind,
  roots: [root],
  architectures: ["amd64"],
});

function originOf(): StandInOrigin {
  const origin = new StandInOrigin();
  origin.put(root, rootText);
  origin.put("box/sealed/amd64-catalogue", catalogue);
  origin.put("sealed/amd64-catalogue", catalogue);
  return origin;
}

test("paths are told apart by its rules", () => {
  expect(classify(kind, payload)).toBe("payload");
  expect(classify(kind, root)).toBe("metadata");
  expect(classify(kind, "box/a.deb")).toBe("metadata");
  expect([immutable(kind, payload), immutable(kind, root)]).toEqual([true, false]);
  expect(architectureOf(kind, payload, ["amd64"])).toBe("amd64");
});

test("the mirror list takes it, and its rules are checked", () => {
  expect(kindNames()).toContain("parcel");
  const text = "name: box\nkind: parcel\ntitle: Boxes\norigin: https://box.example/\n";
  const judge = (more: string) => {
    const source = parseSource("box.yaml", text + more);
    const read = readRepository(source, repositorySchemaOf(kindNames()));
    return Array.isArray(read) ? read : checkRepository(source, read, "box", new Set());
  };
  expect(judge("")).toEqual([]);
  // Its roots name what lists payload, so its indexes can be had ahead.
  expect(judge("architectures: [amd64]\nahead: [amd64]\n")).toEqual([]);
  const source = parseSource("x.yaml", text.replace("parcel", "crate"));
  const unknown = readRepository(source, repositorySchemaOf(kindNames()));
  expect(Array.isArray(unknown) && unknown[0]?.message).toMatch(/apt, .*, parcel\.$/);
});

test("the schema that editors use lists every real kind", () => {
  expect([...repositorySchema.properties.kind.enum, "parcel"]).toEqual(kindNames());
});

test("npm run probe looks for it by its name", () => {
  const options = readOptions(["https://m.example/box/", "--kind", "parcel"]);
  expect(options).toMatchObject({ kind: "parcel" });
});

test("its roots are read, and where no key is wanted what is wrong is said", async () => {
  const origin = originOf();
  const reading = {
    listed: boxes,
    access: origin.access,
    readAs: "checksums",
    now: made,
  } as const;
  expect(await readSnapshotRoot(reading, root)).toMatchObject({
    root: {
      entries: [
        ["box/sealed/amd64-catalogue", { size: catalogue.length, sha256: sha256(catalogue) }],
      ],
      age: { date: made },
    },
  });
  expect(await readSnapshotRoot(reading, "box/InRelease")).toMatchObject({
    refused: { said: "It is no root of a kind that can be verified." },
  });
  origin.put(root, "<!doctype html><title>Welcome</title>");
  expect(await readSnapshotRoot(reading, root)).toMatchObject({
    refused: { said: "The origin answers with a web page." },
  });
});

test("a snapshot knows what its roots speak for", () => {
  const snapshot = {
    repository: "box",
    id: "1",
    at: 1,
    generation: 1,
    roots: [{ path: root, files: [{ path: root, size: 1, sha256: sha256("") }], manifest: "" }],
  };
  const opened = new OpenSnapshot(snapshot, kind);
  expect(opened.scopes("box/sealed/x").map(({ prefix }) => prefix)).toEqual(["box/sealed/"]);
  expect(opened.scopes("box/open/x")).toEqual([]);
  expect(isRootLike(kind, root, `${root}.sig`)).toBe(true);
  expect([namesARoot(kind, "a/PARCELS"), namesARoot(kind, "a/InRelease")]).toEqual([true, false]);
});

test("its catalogues are found, had ahead, and read", () => {
  const path = "box/sealed/amd64-catalogue.gz";
  const manifest = {
    root,
    byHash: false,
    files: { [path]: { size: 10, sha256: sha256(catalogue) } },
  };
  const file = { path: root, size: 1, sha256: sha256("") };
  expect(contentsName(kind, path)).toBe("box/sealed/amd64-catalogue");
  const [index] = contentsIndexesOf(kind, { path: root, files: [file], manifest: "" }, manifest);
  const listed: unknown[] = [];
  const reader = index?.reader((one) => void listed.push(one));
  reader?.push(new TextEncoder().encode(catalogue));
  reader?.end();
  expect(listed).toEqual([{ path: payload, size: 10, sha256: sha256(payload) }]);
  const variants = [[{ path, sha256: sha256(catalogue) }]];
  expect(contentsAhead({ ...boxes, ahead: ["amd64"] }, manifest)).toEqual(variants);
  expect(contentsAhead({ ...boxes, ahead: ["arm64"] }, manifest)).toEqual([]);
});

test("probes compare with its roots, and sample by its catalogues", async () => {
  const origin = originOf();
  const { access } = origin;
  const read = () => readOrigin(boxes, { access, now: () => made, random: seeded(1) });
  const baseline = await read();
  expect(baseline.roots[0]?.generations[0]).toMatchObject({ date: made });
  expect(baseline.samples).toEqual([{ path: payload, size: 10, sha256: sha256(payload) }]);
  expect(dateInText(kind, new TextEncoder().encode(rootText))).toBe(made);
  origin.put(root, "something else");
  expect((await read()).roots[0]?.failed).toBe("It isn't of parcels.");
});

test("its channels are asked for by repo= and arch=", () => {
  expect(findChannel([boxes], { repo: "box", arch: "amd64" })?.repository).toBe(boxes);
});

test("the page and the script set it up", async () => {
  const base = "https://near.example/";
  const more = { ...boxes, name: "box-more" };
  expect(setupOf(boxes, base).map(({ text }) => text)).toEqual([`parcel box ${base}box/`]);
  expect(listLinesOf(boxes, base).map(({ text }) => text)).toEqual([
    `${base}mirrorlist/parcel/box`,
  ]);
  expect(scriptLinesOf(boxes, base).at(-1)?.text).toContain(`${base}setup/box/bytes`);
  const script = await setupAnswer("box", [boxes, more], base, { bytes: true }).text();
  expect(script).toContain(`parcels='${base}box ${base}box-more'`);
  expect(script).toContain("folders='etc/parcels.d'");
});
