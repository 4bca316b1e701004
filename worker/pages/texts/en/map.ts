/** What a map of mirrors says. */
export const map = {
  title: "Map of mirrors",
  /** {you} is a sentence on the client, {mirrors} one on the mirrors. */
  description: "{you} {mirrors}",
  youAre: "Where you are taken to be: {place}.",
  placeUnknown: "Where you are is not known.",
  /** {name} and {country} of the first. */
  first: "The first of {count} mirrors shown is {name}, {country}.",
  noMirror: "No mirror is shown.",
  you: "You",
  way: "to the first mirror",
  up: "up",
  degraded: "degraded",
  down: "down",
  unknown: "not probed yet",
  drained: "drained by its operator",
  disabled: "disabled",
  numbers: "Numbers are places in your order; +2 stands for two more at the same place.",
};
