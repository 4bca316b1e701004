/** Finds the mirrors that a client's AS or address has something to do with, without asking every mirror. */
import { type Address, inPrefix, type Prefix } from "../geo/address.ts";
import type { Client } from "../geo/client.ts";
import type { OpenMirror } from "./eligible.ts";

interface Entry {
  prefix: Prefix;
  open: OpenMirror;
}

/** Bits a bucket is keyed by: one byte of IPv4, two of IPv6, whose first byte is nearly always 0x20 or 0x2a. */
const bucketBits = { ipv4: 8, ipv6: 16 } as const;

function bucket(of: Address | Prefix): number {
  const [first = 0, second = 0] = of.bytes;
  return of.family === "ipv4" ? first : 0x1_0000 + first * 256 + second;
}

/** Mirrors by AS and by prefix. Built once per demand and roster. */
export class NetworkIndex {
  readonly #byAsn = new Map<number, OpenMirror[]>();
  readonly #byBucket = new Map<number, Entry[]>();
  /** Prefixes too wide for a bucket. */
  readonly #wide: Entry[] = [];

  constructor(mirrors: readonly OpenMirror[]) {
    for (const open of mirrors) {
      const { asn, scope } = open.mirror;
      for (const number of new Set([...(asn === undefined ? [] : [asn]), ...(scope?.asns ?? [])])) {
        append(this.#byAsn, number, open);
      }
      for (const prefix of [...open.prefixes, ...(open.scopePrefixes ?? [])]) {
        const entry = { prefix, open };
        if (prefix.length < bucketBits[prefix.family]) this.#wide.push(entry);
        else append(this.#byBucket, bucket(prefix), entry);
      }
    }
  }

  /** Every mirror whose AS, prefixes or scope name the client's network; each once. */
  find(client: Client): readonly OpenMirror[] {
    const asn = this.#byAsn.size === 0 ? undefined : client.asn;
    const ofAsn = (asn === undefined ? undefined : this.#byAsn.get(asn)) ?? none;
    const address = client.parsed;
    if (address === undefined) return ofAsn;
    const near = this.#byBucket.get(bucket(address));
    if (near === undefined && this.#wide.length === 0) return ofAsn;
    const found = new Set(ofAsn);
    for (const { prefix, open } of near ?? []) if (inPrefix(address, prefix)) found.add(open);
    for (const { prefix, open } of this.#wide) if (inPrefix(address, prefix)) found.add(open);
    return [...found];
  }
}

const none: readonly OpenMirror[] = [];

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
