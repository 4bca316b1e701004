/** First segments of paths that are the service's own: a repository of that name would hide them. */
export const ownSegments = [
  "again",
  "api",
  "images",
  "metalink",
  "metrics",
  "mirrorlist",
  "probes",
  "robots.txt",
  "setup",
] as const;
