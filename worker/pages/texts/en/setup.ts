/**
 * Words around the texts to copy: whom each is for, where it goes, what becomes of what the host has.
 * {file} is the file of ours that is written, or that has to be included.
 */
export const setup = {
  use: "Client",
  shell: "shell",
  more: "With a list of mirrors on the host",
  moreWhy: "For clients that shall know the mirrors themselves, and go on without us.",
  /** The tab of the script. */
  script: "Script",
  clients: {
    apt: "apt",
    "apt-again": "apt that asks us again after a failure, as the script sets it up",
    "apt-again-source": "the same",
    "apt-list": "apt with a list of mirrors",
    dnf: "dnf",
    "dnf-list": "dnf with a list of mirrors",
    yum: "yum (EL 7)",
    zypper: "zypper",
    pacman: "pacman",
    "pacman-list": "pacman with a list of mirrors",
    apk: "apk",
    aria2: "aria2",
    curl: "curl",
    "script-show": "this host: shows what would change",
    "script-apply": "this host: changes it; --undo instead of --apply puts it back",
    "script-bytes": "this host, taking no chance: checked bytes from here, none from mirrors",
  },
  notes: {
    apt: "A new file, with the Suites of the host's own release (VERSION_CODENAME in /etc/os-release). All that the host has stays, and apt asks both. To have apt ask here alone take the script, or write “Enabled: no” into the stanza that has these Suites and into no other: in debian.sources and ubuntu.sources the security updates have a stanza of their own.",
    "apt-again": "",
    "apt-again-source": "In place of the file above.",
    "apt-list": "In place of the file above.",
    dnf: "A new file, and names that no distribution gives: what the host has stays, and dnf prefers the cheaper of two that have the same package. Where we can't be reached it goes on without us. Look first whether the key's file is there.",
    "dnf-list": "In place of the file above.",
    yum: "A new file. Take baseurl, not a list: the plugin fastestmirror, which CentOS 7 has switched on, would put a list into an order of its own.",
    zypper: "Adds to what the host has; “zypper removerepo” with the same name takes it away.",
    pacman:
      "A new file, read once /etc/pacman.conf has “Include = {file}” above each “Include = /etc/pacman.d/mirrorlist”. The servers in mirrorlist stay, for when we can't be reached.",
    "pacman-list":
      "A new file, read once /etc/pacman.conf has “Include = {file}” above each “Include = /etc/pacman.d/mirrorlist”. The servers in mirrorlist stay, for when we can't be reached.",
    apk: "As root. A new file beside /etc/apk/repositories, which stays. On edge take the script.",
    aria2: "",
    curl: "",
    "script-show": "",
    "script-apply": "",
    "script-bytes": "",
  },
};
