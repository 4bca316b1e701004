/** Finds the resources that a client's AS or address has something to do with, without asking every one. */
import { type Address, inPrefix, type Prefix } from "../geo/address.ts";
import type { Client } from "../geo/client.ts";
import type { OpenResource } from "./resource.ts";

interface Entry {
  prefix: Prefix;
  /** The resource's. */
  index: number;
}

/** Bits a bucket is keyed by: one byte of IPv4, two of IPv6, whose first byte is nearly always 0x20 or 0x2a. */
const bucketBits = { ipv4: 8, ipv6: 16 } as const;

function bucket(of: Address | Prefix): number {
  const [first = 0, second = 0] = of.bytes;
  return of.family === "ipv4" ? first : 0x1_0000 + first * 256 + second;
}

/** Resources by AS and by prefix. Built once for all lists in which resources have the same networks. */
export class NetworkIndex {
  readonly #byAsn = new Map<number, number[]>();
  readonly #byBucket = new Map<number, Entry[]>();
  /** Prefixes too wide for a bucket. */
  readonly #wide: Entry[] = [];

  constructor(resources: readonly OpenResource[]) {
    for (const open of resources) {
      const { index } = open;
      const { asn, scope, prefixes } = open.resource;
      // As of nearly all.
      if (asn === undefined && scope === undefined && prefixes === undefined) continue;
      for (const number of new Set([...(asn === undefined ? [] : [asn]), ...(scope?.asns ?? [])])) {
        append(this.#byAsn, number, index);
      }
      for (const prefix of [...open.prefixes, ...(open.scopePrefixes ?? [])]) {
        const entry = { prefix, index };
        if (prefix.length < bucketBits[prefix.family]) this.#wide.push(entry);
        else append(this.#byBucket, bucket(prefix), entry);
      }
    }
  }

  /** The index of every resource whose AS, prefixes or scope name the client's network; each once. */
  find(client: Client): readonly number[] {
    const asn = this.#byAsn.size === 0 ? undefined : client.asn;
    const ofAsn = (asn === undefined ? undefined : this.#byAsn.get(asn)) ?? none;
    const address = client.parsed;
    if (address === undefined) return ofAsn;
    const near = this.#byBucket.get(bucket(address));
    if (near === undefined && this.#wide.length === 0) return ofAsn;
    const found = new Set(ofAsn);
    for (const { prefix, index } of near ?? []) if (inPrefix(address, prefix)) found.add(index);
    for (const { prefix, index } of this.#wide) if (inPrefix(address, prefix)) found.add(index);
    return [...found];
  }
}

const none: readonly number[] = [];

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
