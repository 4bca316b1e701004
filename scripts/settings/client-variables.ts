/** Variables of the environment, and of the file that `login` writes, that say which service is asked. None of `serve`. */
export const clientVariables = {
  /** Base URL of the service. */
  url: "NEARMIRROR_URL",
  /** A token for it. */
  token: "NEARMIRROR_TOKEN",
} as const;
