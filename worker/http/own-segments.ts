/** First segments of paths that are the service's own: a repository of that name would hide them. */
export const ownSegments = [
  "again",
  "api",
  "images",
  "isoinfo.json",
  "metalink",
  "metrics",
  "mirrorlist",
  "mirrorz.json",
  "probes",
  "releases.json",
  "robots.txt",
  "setup",
  "static",
  "streams",
] as const;
