/** All variables read at once: so that a start or a deployment knows beforehand whether they can be. */
import {
  readBootstrapSecret,
  readOwn,
  readProbeSettings,
  readRefusedHost,
  readRetention,
  readSettings,
} from "./settings.ts";
import type { VariableTexts } from "./table.ts";
import { variables } from "./table.ts";

/** Names that are handed over as data, not as text. */
const data = ["COUNTRY_DATABASE", "ASN_DATABASE"];

/**
 * What is wrong with the variables, a sentence each; none: they can be taken.
 *
 * @param texts by name. A name that is no variable's is wrong as well: a slip in a name would go unnoticed
 */
export function checkVariables(texts: Readonly<Record<string, string>>): string[] {
  const known = new Set([
    ...Object.entries(variables).flatMap(([name, { before = [] }]) => [name, ...before]),
    ...data,
  ]);
  const unknown = Object.keys(texts)
    .filter((name) => !known.has(name))
    .map((name) => `${name} is no variable of this service; docs/configuration.md lists them.`);
  const readers: ((env: VariableTexts) => unknown)[] = [
    readSettings,
    readProbeSettings,
    readRetention,
    readBootstrapSecret,
    readOwn,
    // `npm start` adds the hosts that it listens at.
    (env) => readRefusedHost({ ...env, OWN_HOSTS: env.OWN_HOSTS || "localhost" }),
  ];
  const wrong = readers.flatMap((read) => {
    try {
      read(texts);
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });
  return [...unknown, ...new Set(wrong)];
}
