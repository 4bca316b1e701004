/** Words from outside that every object has a property of. */
import { expect, test } from "vitest";
import { cityOfHost } from "../../../scripts/mirrors/places/host-hints.ts";
import { osinfoSystems, osinfoXml } from "../../../worker/images/exports/osinfo.ts";
import { imageOf } from "../../../worker/images/image-of.ts";
import { readReleases } from "../../../worker/images/read-releases.ts";
import { ownValue } from "../../../worker/runtime/own-value.ts";
import { catalogueOf, image } from "../images/generated-catalogue.ts";
import { realReleases } from "../images/real-releases.ts";

const words = ["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf"];

test.each(words)("%s is in no table that hasn't got it", (word) => {
  const table: Readonly<Record<string, string>> = { a: "1" };
  expect(ownValue(table, word)).toBeUndefined();
  expect(ownValue(JSON.parse(`{"${word}": "2"}`), word)).toBe("2");
});

test.each(words)("%s in the name of an image, a release or a host says nothing", (word) => {
  const board = imageOf(
    { repository: "raspi", path: `20231109_raspi_${word}_bookworm.img.xz` },
    realReleases,
  );
  expect(typeof board.architecture).toBe("string");
  const odd = image({ type: "cloud", architecture: word, format: word });
  const other = image({ type: "netinst", architecture: word, path: "b.iso" });
  const { images } = catalogueOf([odd, other]);
  expect(osinfoXml(osinfoSystems(images, "http://near.example/"))).not.toContain("function");
  const names = "version,codename,series,created,release,eol,eol-lts,eol-elts";
  const others = `distribution,series,release,eol\n${word},1,2020-01-01,2021-01-01`;
  const releases = readReleases({ debian: names, ubuntu: names, others });
  expect(ownValue(releases, word)).toHaveLength(1);
  expect(cityOfHost(`${word}.example.org`)).toBeUndefined();
});
