export const privacy = {
  title: "Privacy",
  lead: "A client's address is used to answer its requests. No address is written to a disk.",
  keptTitle: "What is kept, where, and for how long",
  what: "What",
  where: "Where",
  long: "How long",
  kept: [
    [
      "The addresses of the latest clients, each with its order of mirrors",
      "in the memory of the process that answered, 32,768 at most",
      "until others take their place, or the process ends",
    ],
    [
      "A hash of a client's address, with hashes of the files that it was redirected for",
      "in the same memory, in tables of fixed size",
      "it counts for ten minutes at most: to see that a client asks again because a mirror failed it",
    ],
    [
      "That clients came back from a mirror: a hash of each network, and no file's name",
      "in the service that watches the mirrors",
      "it counts for five minutes, until probes have confirmed or refuted it",
    ],
    [
      "Of an image that a torrent is wanted of: 16 bits of a hash of each network that asked for it, ten at most",
      "in the service that makes torrents",
      "until the torrent is made, or nobody asked for it for 30 days",
    ],
    [
      "Counts of answers by repository and outcome, without addresses",
      "in memory, for the operator's figures",
      "until the process ends",
    ],
    [
      "Counts of redirects by mirror and repository, and by country and repository, with the kind of file: no address, and no file's name",
      "in memory for half a minute, then in the service's statistics",
      "hours for eight days, days for two years",
    ],
    ["States of mirrors and their history", "in the service that watches the mirrors", "90 days"],
  ],
  notTitle: "What is not",
  not: [
    "No cookies, no trackers, no accounts, and nothing from other servers in a page.",
    "No log of requests is written by this software. The platform or the server in front that it runs on may write one: ask its operator.",
    "What a host has installed isn't asked for.",
  ],
  mirrors:
    "A redirect sends you to a server of somebody else, who sees your address and the file, as with every download from there. Who doesn't want that takes checked bytes from here alone: {bytes}.",
  referrer: "Pages don't tell other servers where a click came from.",
};
