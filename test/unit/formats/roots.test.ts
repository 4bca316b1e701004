import { describe, expect, test } from "vitest";
import type { Kind } from "../../../worker/formats/kinds.ts";
import { rootDate } from "../../../worker/formats/root-date.ts";
import { looksLikePage } from "../../../worker/formats/roots.ts";
import { fileUrl } from "../../../worker/outbound/file-url.ts";

const bytes = (text: string) => Buffer.from(text, "latin1");
const modified = { "Last-Modified": "Fri, 06 Jun 2025 00:00:00 GMT" };
const lastModified = Date.UTC(2025, 5, 6);

const inRelease = `-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

Origin: Debian
Suite: stable
Date: Sat, 07 Jun 2025 09:12:00 UTC
Valid-Until: Sat, 14 Jun 2025 09:12:00 UTC
SHA256:
 0000 1 main/binary-amd64/Packages
-----BEGIN PGP SIGNATURE-----

Date: Sun, 08 Jun 2025 00:00:00 UTC
-----END PGP SIGNATURE-----
`;
const repomd = (inside: string) =>
  `<?xml version="1.0"?><repomd xmlns="http://linux.duke.edu/metadata/repo">${inside}</repomd>`;

interface Row {
  says: string;
  kind: Kind;
  text: string;
  headers?: Record<string, string>;
  date: number | undefined;
}

const rows: Row[] = [
  {
    says: "InRelease",
    kind: "apt",
    text: inRelease,
    headers: modified,
    date: Date.UTC(2025, 5, 7, 9, 12),
  },
  {
    says: "InRelease with CR LF",
    kind: "apt",
    text: inRelease.replaceAll("\n", "\r\n"),
    date: Date.UTC(2025, 5, 7, 9, 12),
  },
  {
    says: "InRelease whose only Date is behind the signature's line",
    kind: "apt",
    text: inRelease.replace("Date: Sat, 07", "Datum: Sat, 07"),
    headers: modified,
    date: lastModified,
  },
  { says: "a trace file", kind: "apt", text: "Sat Jun 7", headers: modified, date: lastModified },
  {
    says: "repomd with a time as revision",
    kind: "rpm",
    text: repomd("<revision>1749287520</revision><data><timestamp>1749999999</timestamp></data>"),
    date: 1_749_287_520_000,
  },
  {
    says: "repomd with a counter: the newest timestamp",
    kind: "rpm",
    text: repomd(
      "<revision>12</revision><timestamp>1749287520</timestamp><timestamp>1749287530.25</timestamp><timestamp>9</timestamp>",
    ),
    headers: modified,
    date: 1_749_287_530_000,
  },
  {
    says: "repomd with words only",
    kind: "rpm",
    text: repomd("<revision>stream-9</revision>"),
    headers: modified,
    date: lastModified,
  },
  { says: "sums", kind: "images", text: inRelease, headers: modified, date: lastModified },
  { says: "nothing told", kind: "files", text: "x", date: undefined },
  {
    says: "nonsense",
    kind: "apt",
    text: "Date: yesterday\n",
    headers: { "Last-Modified": "?" },
    date: undefined,
  },
];

test.each(rows)("date of $says", ({ kind, text, headers = {}, date }) => {
  expect(rootDate(kind, bytes(text), new Headers(headers))).toBe(date);
});

describe("a page in place of a root", () => {
  test.each([
    "<!DOCTYPE html><title>Log in</title>",
    "<!doctype HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'>",
    "<html>",
    " \r\n\t<HTML lang=en>",
    "\xef\xbb\xbf<!doctype html>",
  ])("%j is one", (text) => expect(looksLikePage(bytes(text))).toBe(true));
  test.each([inRelease, repomd(""), "", "<htmlish>", "Origin: <html>", "\x1f\x8b<html>"])(
    "%j is none",
    (text) => expect(looksLikePage(bytes(text))).toBe(false),
  );
});

describe("a file's URL", () => {
  // Right sides by RFC 3986 sections 2.1 to 2.3: unreserved characters stay, all else is escaped.
  test.each([
    ["pool/g++_12~rc1-1_amd64.deb", "pool/g%2B%2B_12~rc1-1_amd64.deb"],
    ["pool/a_1%3a2.deb", "pool/a_1%253a2.deb"],
    ["pool/a_1:2.deb", "pool/a_1%3A2.deb"],
    ["a b/c#d/e?f", "a%20b/c%23d/e%3Ff"],
    ["münchen", "m%C3%BCnchen"],
    ["half \ud800", "half%20%EF%BF%BD"],
    ["", ""],
  ])("%j", (path, escaped) => {
    const url = fileUrl("https://near.example/pub/", path);
    expect(url).toBe(`https://near.example/pub/${escaped}`);
    expect(new URL(url).href).toBe(url);
  });
});
