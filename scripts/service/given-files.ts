/** What workerd's folder has besides its configuration: for the stores of a service that has started. */

/** The entries of the files' list, where they are known. */
export const entriesFile = "list-entries.json";
