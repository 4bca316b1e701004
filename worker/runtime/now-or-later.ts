/** Values that are nearly always at hand, and sometimes have to be awaited. */

/** At hand, or still to come. */
export type NowOrLater<Value> = Value | Promise<Value>;

/**
 * Goes on with a value: at once where it is at hand. An answer that awaits nothing costs the platform no promise of its
 * own, which is a good part of a short one.
 */
export function andThen<Value, Next>(
  value: NowOrLater<Value>,
  next: (value: Value) => NowOrLater<Next>,
): NowOrLater<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}
