export const errors = {
  notFound: "There is nothing here",
  /** {path} is the address that was asked for. */
  notFoundWhy: "Nothing is published at {path}.",
  repositories: "What there is:",
  noMirror: "No mirror is listed as {name}.",
  noRepository: "No repository is called {name}.",
};
