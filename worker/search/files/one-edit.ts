/** Whether two words differ by one edit. Pure. */

/** One character more, less or another, or two neighbours changed places; the same word is none. */
export function isOneEdit(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  const more = long.length - short.length;
  if (more > 1 || one === other) return false;
  let same = 0;
  while (same < short.length && short[same] === long[same]) same++;
  if (more === 1) return short.slice(same) === long.slice(same + 1);
  if (short.slice(same + 1) === long.slice(same + 1)) return true;
  return (
    short[same] === long[same + 1] &&
    short[same + 1] === long[same] &&
    short.slice(same + 2) === long.slice(same + 2)
  );
}
