/** What the edge knows of backups, which are made and taken elsewhere. */

/** Where a backup is read and put in place. */
export const backupPath = "/api/v1/backup";
/** The header with the passphrase that secrets are sealed by: a URL would stand in logs. */
export const passphraseHeader = "Nearmirror-Passphrase";
