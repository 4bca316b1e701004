/** The page of a permanent link that leads nowhere. */
export const wrongLink = {
  title: "This link leads to no image",
  /** {value} is what the link has; the others are what stands before it in the link. */
  distribution: "No distribution is called {value} here.",
  version: "There is no {value} of {distribution} here.",
  architecture: "There is no image of {distribution} {version} for {value} here.",
  type: "There is no {value} of {distribution} {version} for {architecture} here.",
  format: "It is not there as {value}.",
  /** {nearest} is a link. */
  did: "Did you mean {nearest}?",
  allowed: "There is, in its place:",
  more: "And {count} more.",
  /** {link} is an example. */
  shape: "A permanent link has a distribution, a version, an architecture and a type: {link}.",
  /** {digest} is like SHA512. */
  digest: "No list of the distribution tells the {digest} of {name}.",
  zsync:
    "There are no zsync files here. The metalink of {name} names its mirrors and its checksum, and a broken download can go on where it stopped.",
  list: "The signed list that names {name} is not at hand.",
  all: "All images",
};
