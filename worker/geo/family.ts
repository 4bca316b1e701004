/** Families of IP addresses. */

/** Address families. A mirror without the field is not known to lack either. */
export type Family = "ipv4" | "ipv6";
