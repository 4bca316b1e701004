/** AlmaLinux's `mirrors.d/*.yml`: one mirror a file, written by hand by many people. */

import { parseDocument } from "yaml";
import { parseCidr } from "../../../worker/list/cidr.ts";
import { ownValue } from "../../../worker/runtime/own-value.ts";
import { type Entry, type EntryRepository, emptyList, type ParsedList, tidyUrl } from "./entry.ts";
import { record, word, words } from "./unknown-values.ts";

/**
 * Networks of the clouds that AlmaLinux has mirrors inside of: `cloud_type` names the cloud, and its
 * own clients are whom such a mirror is for. Numbers as registered with ARIN.
 */
const cloudAsns: Readonly<Record<string, readonly number[]>> = {
  aws: [14618, 16509],
  gcp: [15169, 396982],
  azure: [8075],
};

/** Reads one file; `label` names it in what is reported. */
export function parseAlmalinuxMirror(text: string, label: string): ParsedList {
  const list = emptyList();
  list.read = 1;
  // Some files repeat a key. The last one counts, as it does for AlmaLinux's own (Python) reader.
  const document = parseDocument(text, { uniqueKeys: false, prettyErrors: false });
  const error = document.errors[0];
  if (error) {
    list.notUsed.push({ label, why: `not valid YAML: ${error.message}` });
    return list;
  }
  const root = record(document.toJS());
  const repeated = parseDocument(text, { prettyErrors: false }).errors.length > 0;
  if (repeated) list.doubted.push({ label, why: "a key occurs twice; took the last" });

  const address = record(root.address);
  const carried = readAddress(address, label, list);
  const [firstUrl] = Object.values(carried.urls);
  if (firstUrl === undefined) {
    list.notUsed.push({ label, why: "no usable http or https address" });
    return list;
  }
  const host = new URL(firstUrl).hostname;
  for (const optional of Object.keys(record(root.address_optional ?? root.address_options))) {
    list.partsNotUsed.push({
      label,
      why: `almalinux-${optional}: not imported, no such repository`,
    });
  }

  const asns = numbers(root.asn);
  const prefixes = networks(root.subnets, label, list);
  const isPrivate = root.private === true || root.private === "yes" || root.private === "true";
  const cloud = word(root.cloud_type);
  const reach = cloud === undefined ? undefined : ownValue(cloudAsns, cloud);
  if (cloud !== undefined && reach === undefined) {
    list.notUsed.push({
      label,
      why: `only for the cloud ${cloud}, whose networks aren't known here`,
    });
    return list;
  }
  if (cloud !== undefined) {
    list.doubted.push({
      label,
      why: `only for the cloud ${cloud}: private to AS${reach?.join(", AS")}; its regions (${words(root.cloud_regions).join(", ")}) aren't kept`,
    });
  }
  if (isPrivate && asns.length === 0 && prefixes.length === 0) {
    list.notUsed.push({ label, why: "private, and the list doesn't say whose clients it serves" });
    return list;
  }
  if (root.monopoly === true) {
    list.doubted.push({
      label,
      why: "its networks are to use no other mirror (monopoly); here it is only the nearest to them",
    });
  }

  const geo = record(root.geolocation);
  const place = {
    country: word(geo.country),
    state: word(geo.state_province),
    city: word(geo.city) ?? word(geo.City),
  };
  const sponsorName = word(root.sponsor);
  const sponsorUrl = word(root.sponsor_url);
  list.entries.push({
    label,
    name: host,
    place: {
      host,
      ...(place.country !== undefined && { country: place.country }),
      ...(place.state !== undefined && { state: place.state }),
      ...(place.city !== undefined && { city: place.city }),
    },
    ...(sponsorName !== undefined && {
      sponsor: {
        name: sponsorName,
        ...(sponsorUrl !== undefined && /^https?:\/\/\S+$/.test(sponsorUrl) && { url: sponsorUrl }),
      },
    }),
    ...((reach ?? asns).length > 0 && { asns: [...(reach ?? asns)] }),
    ...(prefixes.length > 0 && { prefixes }),
    ...((isPrivate || cloud !== undefined) && { private: true }),
    ...(cloud !== undefined && { note: `For clients inside ${cloud} only.` }),
    repositories: { almalinux: carried },
  } satisfies Entry);
  return list;
}

/** The scheme counts that the URL has, not the key it stands under: some files mix them up. */
function readAddress(
  address: Record<string, unknown>,
  label: string,
  list: ParsedList,
): EntryRepository {
  const carried: EntryRepository = { urls: {} };
  for (const [key, value] of Object.entries(address)) {
    const text = word(value);
    if (text === undefined) {
      list.partsNotUsed.push({ label, why: `address.${key} is empty` });
      continue;
    }
    const scheme = text.match(/^(https?|rsync):/)?.[1];
    // `rsync://host::module` and `host::module` are two ways of writing one address.
    const daemon = text.match(/^(?:rsync:\/\/)?([\w.-]+)::(\S+)$/);
    const url = daemon
      ? tidyUrl(`rsync://${daemon[1]}/${daemon[2]}`, "rsync")
      : scheme === undefined
        ? undefined
        : tidyUrl(text, scheme);
    if (url === undefined) {
      const why = text.startsWith("ftp:") ? "ftp is not used" : "not a usable URL";
      list.partsNotUsed.push({ label, why: `address.${key} ${text}: ${why}` });
    } else if (url.startsWith("rsync:")) carried.rsync = url;
    else {
      const found = scheme === "https" ? "https" : "http";
      if (key !== found && carried.urls[found] === undefined) {
        list.doubted.push({ label, why: `address.${key} is an ${found} URL; took it as that` });
      }
      carried.urls[found] ??= url;
    }
  }
  return carried;
}

function networks(value: unknown, label: string, list: ParsedList): string[] {
  // A URL that answers with the list is allowed there; an import reads files only.
  const texts = words(value);
  const good = texts.filter((text) => parseCidr(text) !== undefined);
  for (const text of texts) {
    if (!good.includes(text))
      list.partsNotUsed.push({ label, why: `subnet ${text} is no network` });
  }
  return [...new Set(good)];
}

function numbers(value: unknown): number[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values
    .map((item) => (typeof item === "string" ? Number(item.replace(/^AS/i, "")) : item))
    .filter(
      (item): item is number => typeof item === "number" && Number.isInteger(item) && item > 0,
    );
}
