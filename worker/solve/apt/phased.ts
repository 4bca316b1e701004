/** Whether a machine gets an update that isn't for everybody yet: the same lot that apt draws, by libstdc++'s numbers. */

/** For everybody. */
const all = 100;

/** @param percentage of machines that get it */
export function isHeldBack(
  { source, version }: { source: string; version: string },
  machineId: string,
  percentage: number,
): boolean {
  return percentage !== all && lot(`${source}-${version}-${machineId}`) > percentage;
}

/** From 0 to 100, by a text: `std::seed_seq`, `std::minstd_rand`, `std::uniform_int_distribution`. */
export function lot(text: string): number {
  const seed = seedOf(text);
  const modulus = 2_147_483_647n;
  let state = BigInt(seed) % modulus;
  if (state === 0n) state = 1n;
  // The generator gives 1 to 2^31-2; the range of 101 takes equal parts of it.
  const range = 101n;
  const part = (modulus - 2n) / range;
  for (;;) {
    state = (state * 48_271n) % modulus;
    const drawn = state - 1n;
    if (drawn < part * range) return Number(drawn / part);
  }
}

/** The one number of 32 bits that `minstd_rand` takes of a seed sequence: the fourth of what it asks for. */
function seedOf(text: string): number {
  const values = Array.from(text, (letter) => letter.charCodeAt(0) | 0);
  // It asks for k + 3 numbers with k = 1, and takes the last.
  return seedSequence(values, 4)[3] ?? 0;
}

/** `std::seed_seq::generate`, as the standard defines it. */
function seedSequence(values: readonly number[], n: number): Uint32Array {
  const s = values.length;
  const begin = new Uint32Array(n).fill(0x8b8b8b8b);
  const t = n >= 623 ? 11 : n >= 68 ? 7 : n >= 39 ? 5 : n >= 7 ? 3 : (n - 1) >> 1;
  const p = (n - t) >> 1;
  const q = p + t;
  const m = Math.max(s + 1, n);
  const read = (index: number) => begin[index % n] ?? 0;
  const mixed = (x: number) => x ^ (x >>> 27);
  for (let k = 0; k < m; k++) {
    const r1 = Math.imul(1_664_525, mixed(read(k) ^ read(k + p) ^ read(k + n - 1))) >>> 0;
    let r2 = r1;
    if (k === 0) r2 += s;
    else if (k <= s) r2 += (k % n) + (values[k - 1] ?? 0);
    else r2 += k % n;
    begin[(k + p) % n] = read(k + p) + r1;
    begin[(k + q) % n] = read(k + q) + r2;
    begin[k % n] = r2;
  }
  for (let k = m; k < m + n; k++) {
    const sum = (read(k) + read(k + p) + read(k + n - 1)) >>> 0;
    const r3 = Math.imul(1_566_083_941, mixed(sum)) >>> 0;
    const r4 = (r3 - (k % n)) >>> 0;
    begin[(k + p) % n] = read(k + p) ^ r3;
    begin[(k + q) % n] = read(k + q) ^ r4;
    begin[k % n] = r4;
  }
  return begin;
}
