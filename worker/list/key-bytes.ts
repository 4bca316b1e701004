/** A key file's bytes as the list's entries have them: Base64 (RFC 4648, section 4). */

/** @throws where it is no Base64 */
export function bytesOfBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
