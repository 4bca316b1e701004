/** The Content-Security-Policy of a page: what stands inline is allowed by its hash, and nothing else is. */
import { sha256Of } from "../../runtime/sha256.ts";

export interface Allowed {
  /** Texts of `style` elements, exactly. */
  styles: readonly string[];
  /** Texts of `script` elements, exactly. */
  scripts: readonly string[];
  /** Scripts ask this service. */
  fetches?: true;
}

/** Texts that stand inline are constants, some tens of them; more than these are hashed each time. */
const maxHeld = 100;
const held = new Map<string, string>();

/** CSP 3, section 2.3.1: the base64 of the SHA-256 of the element's text. */
function sourceOf(text: string): string {
  const known = held.get(text);
  if (known !== undefined) return known;
  const bytes = sha256Of(text).match(/../g) ?? [];
  const source = `'sha256-${btoa(String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 16))))}'`;
  if (held.size < maxHeld) held.set(text, source);
  return source;
}

/**
 * `default-src` doesn't stand in for the last three (CSP 3, section 6): nobody frames a page whose lines are run as
 * root, or says what its addresses mean. Images are the icon in the page alone; forms are ours.
 */
export function policyOf({ styles, scripts, fetches }: Allowed): string {
  const rules = [
    "default-src 'none'",
    `style-src ${styles.map(sourceOf).join(" ")}`,
    ...(scripts.length > 0 ? [`script-src ${scripts.map(sourceOf).join(" ")}`] : []),
    ...(fetches ? ["connect-src 'self'"] : []),
    "img-src data:",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  return rules.join("; ");
}
