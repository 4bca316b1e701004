/** Files whose hashes other programs told. */

/** As `yes nearmirror | head -c SIZE`. */
export function yes(size: number): Uint8Array {
  return new Uint8Array(
    new TextEncoder().encode("nearmirror\n".repeat(Math.ceil(size / 11))),
  ).slice(0, size);
}

/**
 * `yes nearmirror | head -c 1000000 > near-1.0.iso; mktorrent -d -l 18 near-1.0.iso` (mktorrent 1.1); the info hash is
 * what `transmission-show` (3.00) and `aria2c -S` (1.36.0) say of that torrent.
 */
export const told = {
  size: 1_000_000,
  name: "near-1.0.iso",
  sha256: "cd8019e628ec035721067566adc15bf94c8dceef00bf263409238c45f1cd9675",
  infoHash: "a8aad1567e84761435766434a448ef0e636465ab",
  otherName: "größe 2.iso",
  /** Of the same bytes under that name. */
  otherInfoHash: "16f67e4f4d797d06a48d7f090ff5bce0e8091203",
};
