/** Paths of images, and of what describes them. */

import { image, never, type PathRules } from "../path-rules.ts";

export const imagePaths: PathRules = {
  metadata:
    /(?:^|\/)(?:[A-Z0-9]*SUMS?|CHECKSUM)(?:\.[a-z]+)*$|\.(?:sign|gpg|asc|sig|sha256|sha512|md5|torrent|manifest|list|jigdo|txt|html|json)$/,
  payload: image,
  immutable: never,
  architecture:
    /(?:^|[/_-])(amd64|arm64|armel|armhf|i386|mips64el|mipsel|ppc64el|riscv64|s390x|x86_64|aarch64)(?=[/_.-])/,
};
