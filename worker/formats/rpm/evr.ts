/** Versions as rpm-md writes them, in three parts. Pure. */

/**
 * `epoch:version-release` as dnf prints it: without an epoch of 0, and what is missing left away. Undefined: there is no
 * version.
 */
export function evrOf({
  epoch,
  ver,
  version = ver,
  rel,
  release = rel,
}: Parts): string | undefined {
  if (version === undefined || version === "") return undefined;
  const front = epoch === undefined || /^0*$/.test(epoch) ? "" : `${epoch}:`;
  return front + version + (release === undefined || release === "" ? "" : `-${release}`);
}

/** Attributes: in primary and filelists `ver` and `rel`, in updateinfo `version` and `release`. */
type Parts = Readonly<Record<string, string>>;

const operators: Readonly<Record<string, string>> = {
  EQ: "=",
  LT: "<",
  GT: ">",
  LE: "<=",
  GE: ">=",
};

/** A relation as dnf prints it: `foo >= 1:2-3`; undefined: it has no name. */
export function relationOf({ name = "", flags = "", ...evr }: Parts): string | undefined {
  if (name === "") return undefined;
  const [operator, version] = [operators[flags], evrOf(evr)];
  return operator === undefined || version === undefined ? name : `${name} ${operator} ${version}`;
}
