/** Certificates for the lab's https servers, made with openssl when the lab starts and never kept. */

import { readFileSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import type { Certificate } from "./listener.ts";
import { findProgram, runOrThrow } from "./process.ts";

/** What `makeCertificates` made. */
export interface Certificates {
  /** PEM file of the lab's own authority: what a client must trust (`--cacert`, `Acquire::https::CaInfo`). */
  authorityFile: string;
  /** One certificate good for all the addresses asked for. */
  certificate: Certificate;
}

/**
 * Makes an authority and one certificate signed by it, valid for two days.
 * @param directory where the files are written.
 * @param addresses IP addresses and names the certificate is good for.
 * @throws Error when openssl is missing or fails.
 */
export async function makeCertificates(
  directory: string,
  addresses: string[],
): Promise<Certificates> {
  const openssl = findProgram("openssl");
  if (!openssl) throw new Error("https in the lab needs openssl: install the package `openssl`.");
  const at = (name: string) => join(directory, name);
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  await runOrThrow(openssl, [
    ...["req", "-x509", ...key, "-days", "2", "-subj", "/CN=Nearmirror lab authority"],
    ...["-addext", "keyUsage=critical,keyCertSign,cRLSign"],
    ...["-keyout", at("authority.key"), "-out", at("authority.pem")],
  ]);
  await runOrThrow(openssl, [
    ...["req", ...key, "-subj", "/CN=Nearmirror lab"],
    ...["-keyout", at("server.key"), "-out", at("server.csr")],
  ]);
  const names = addresses
    .map((address) => (isIP(address) === 0 ? `DNS:${address}` : `IP:${address}`))
    .join(",");
  writeFileSync(at("server.ext"), `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`);
  await runOrThrow(openssl, [
    ...["x509", "-req", "-days", "2", "-in", at("server.csr"), "-extfile", at("server.ext")],
    ...["-CA", at("authority.pem"), "-CAkey", at("authority.key"), "-CAcreateserial"],
    ...["-out", at("server.pem")],
  ]);
  return {
    authorityFile: at("authority.pem"),
    certificate: {
      cert: readFileSync(at("server.pem"), "utf8"),
      key: readFileSync(at("server.key"), "utf8"),
    },
  };
}
