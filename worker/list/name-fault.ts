/** Names of mirrors and repositories: they are keys of tables, in the list and in what is published of it. */

/**
 * What is wrong with a name that its schema takes; undefined: nothing. Every object has a `constructor`, so that a table
 * would have an entry of that name before anything was put in.
 */
export function nameFault(name: string): string | undefined {
  if (!(name in Object.prototype)) return undefined;
  return `Nothing can be called ${name}: programs in JavaScript, as the service is, find that name in every table. Choose another.`;
}
