/** First segments of paths that are the service's own: a repository of that name would hide them. */
export const ownSegments = [
  "about",
  "again",
  "api",
  "metalink",
  "metrics",
  "mirrorlist",
  "mirrors",
  "privacy",
  "probes",
  "repositories",
  "robots.txt",
  "setup",
] as const;
