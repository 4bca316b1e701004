/** The page in place of a torrent that isn't there. */
export const torrent = {
  /** {name} is the image's. */
  yet: "The torrent of {name} is not there yet",
  none: "There is no torrent of {name}",
  /** {times} and {left} are numbers. */
  unasked:
    "Torrents are made here of images that are asked for {times} times. This one needs {left} more; your visit is counted already.",
  unaskedOne:
    "Torrents are made here of images that are asked for {times} times. This one needs one more; your visit is counted already.",
  queued: "It is asked for enough, and made when its turn comes.",
  reading: "It is being made: {percent} % of the image is read and checked.",
  /** {duration} is like "3 hours". */
  tomorrow: "What may be read for torrents today is used up. It goes on in {duration}.",
  refused:
    "It could not be made: {why} It is tried again in {duration}, when somebody asks for it.",
  large: "The image is larger than what may be read for torrents in a day.",
  off: "This service makes no torrents, and the distribution has none beside the image.",
  unlisted:
    "No signed list of the distribution tells the image's SHA-256, so nothing could be checked.",
  unread: "The distribution's signed lists are being read.",
  silent: "Torrents can't be had just now.",
  meanwhile: "To download it now",
  download: "Download from the best mirror",
  /** {metalink} is a link. */
  metalink:
    "{metalink}, for downloaders such as aria2: several mirrors at once, and the checksum with it",
  mirrors: "All mirrors of it, best first",
  images: "Other images",
  /** {again} is a link. */
  again: "{again} for the torrent.",
  look: "Look again later",
};
