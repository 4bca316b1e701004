/** Reads values out of parsed JSON; each throws an Error that says where something else stands. */

export function record(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`${where} is not an object`);
  }
  return { ...value };
}

export function list(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${where} is not a list`);
  return value;
}

export function text(value: unknown, where: string): string {
  if (typeof value !== "string") throw new Error(`${where} is not text`);
  return value;
}

export function number(value: unknown, where: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new Error(`${where} is not a number`);
  }
  return value;
}

/** `undefined` stays; anything else is read. */
export function optional<Read>(value: unknown, read: (value: unknown) => Read): Read | undefined {
  return value === undefined ? undefined : read(value);
}
