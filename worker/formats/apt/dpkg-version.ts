/** dpkg's order of versions (Debian policy 5.6.12, deb-version(7)). Pure. */

/** Below 0 where `one` is older. A missing epoch is 0, and a missing revision is as `0`. */
export function compareDpkgVersions(one: string, other: string): number {
  if (one === other) return 0;
  const [epoch, text] = withoutEpoch(one);
  const [otherEpoch, otherText] = withoutEpoch(other);
  if (epoch !== otherEpoch) return epoch - otherEpoch;
  const [at, otherAt] = [revisionAt(text), revisionAt(otherText)];
  return (
    compareText(text.slice(0, at), otherText.slice(0, otherAt)) ||
    compareText(text.slice(at + 1), otherText.slice(otherAt + 1))
  );
}

function withoutEpoch(version: string): [epoch: number, rest: string] {
  const at = version.indexOf(":");
  return at < 0 ? [0, version] : [Number(version.slice(0, at)) || 0, version.slice(at + 1)];
}

/** Where the dash before the revision is, or the end. */
function revisionAt(text: string): number {
  const at = text.lastIndexOf("-");
  return at < 0 ? text.length : at;
}

/** Parts without and with digits take turns: the first by `weight`, the second as numbers of any length. */
function compareText(one: string, other: string): number {
  let [at, otherAt] = [0, 0];
  while (at < one.length || otherAt < other.length) {
    while (isPart(one, at) || isPart(other, otherAt)) {
      const differs = weight(one.charCodeAt(at)) - weight(other.charCodeAt(otherAt));
      if (differs !== 0) return differs;
      at++;
      otherAt++;
    }
    while (one.charCodeAt(at) === zero) at++;
    while (other.charCodeAt(otherAt) === zero) otherAt++;
    let first = 0;
    for (;;) {
      const [code, otherCode] = [one.charCodeAt(at), other.charCodeAt(otherAt)];
      const longer = Number(isDigit(code)) - Number(isDigit(otherCode));
      if (longer !== 0) return longer;
      if (!isDigit(code)) break;
      first ||= code - otherCode;
      at++;
      otherAt++;
    }
    if (first !== 0) return first;
  }
  return 0;
}

function isPart(text: string, at: number): boolean {
  return at < text.length && !isDigit(text.charCodeAt(at));
}

const [zero, nine, tilde] = [0x30, 0x39, 0x7e];
/** What puts all other characters behind the letters. */
const behindLetters = 256;

function isDigit(code: number): boolean {
  return code >= zero && code <= nine;
}

/** A tilde is before the end, which a digit is as well; then letters, then everything else. */
function weight(code: number): number {
  if (code === tilde) return -1;
  if (Number.isNaN(code) || isDigit(code)) return 0;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x7a ? code : code + behindLetters;
}
