/** All rules, in the order in which a name is shown to them. */

import { alpine } from "./alpine.ts";
import { arch } from "./arch.ts";
import { debian } from "./debian.ts";
import { enterprise } from "./enterprise.ts";
import { fedora } from "./fedora.ts";
import { opensuse } from "./opensuse.ts";
import { freebsd, kali, proxmox, raspios } from "./others.ts";
import type { Rule } from "./rule.ts";
import { ubuntu } from "./ubuntu.ts";

/** A new distribution is a file beside this one and a place here. */
export const rules: readonly Rule[] = [
  ...[debian, ubuntu, fedora, enterprise, opensuse, arch, alpine],
  ...[kali, proxmox, freebsd, raspios],
];
