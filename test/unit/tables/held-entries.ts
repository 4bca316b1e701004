/** Counts what an object holds in its private fields, by the inspector of this very process: no class has to tell it. */
import { type Runtime, Session } from "node:inspector";

/** So deep at most: a class' table is a `LastUsed`, whose table is a Map, whose values are Maps. */
const maxDepth = 6;

/**
 * Entries of all Maps, Sets and arrays that a private field reaches, of the innermost ones: of a Map of Maps those of its
 * values.
 *
 * @param name with its `#`
 * @param members of plain objects on the way that are gone into
 * @throws Error where the object has no such field
 */
export function entriesHeld(of: object, name: string, members: readonly string[] = []): number {
  const session = new Session();
  session.connect();
  Reflect.set(globalThis, "heldEntriesOf", of);
  try {
    const result = evaluated(session, "heldEntriesOf");
    const field = privatesOf(session, result).find((one) => one.name === name)?.value;
    if (field === undefined) throw new Error(`${of.constructor.name} has no field ${name}.`);
    return entriesOf({ session, members: ["value", ...members] }, field, 0) ?? 0;
  } finally {
    Reflect.deleteProperty(globalThis, "heldEntriesOf");
    session.disconnect();
  }
}

interface Way {
  session: Session;
  members: readonly string[];
}

/** `undefined`: it is none that holds entries. */
function entriesOf(way: Way, of: Runtime.RemoteObject, depth: number): number | undefined {
  const { session, members } = way;
  if (depth > maxDepth || of.objectId === undefined) return undefined;
  const { subtype, description = "" } = of;
  if (subtype === "array" || subtype === "set" || subtype === "map") {
    const size = Number(/\((\d+)\)$/.exec(description)?.[1] ?? 0);
    if (subtype !== "map" || size === 0) return size;
    // All values are of one kind: where the first holds nothing, a Map of thousands need not be gone through.
    const [first] = valuesOf(session, of, 1);
    if (first === undefined || entriesOf(way, first, depth + 1) === undefined) return size;
    return valuesOf(session, of, size).reduce(
      (sum, one) => sum + (entriesOf(way, one, depth + 1) ?? 0),
      0,
    );
  }
  const { result, privateProperties = [] } = propertiesOf(session, of);
  // A `LastUsed` has its values in objects with their size.
  const own = of.className === "Object" ? result.filter(({ name }) => members.includes(name)) : [];
  const inside = [...own, ...privateProperties].flatMap(({ value }) => {
    const held = value && entriesOf(way, value, depth + 1);
    return held === undefined ? [] : [held];
  });
  return inside.length === 0 ? undefined : inside.reduce((sum, one) => sum + one, 0);
}

function valuesOf(
  session: Session,
  { objectId }: Runtime.RemoteObject,
  most: number,
): Runtime.RemoteObject[] {
  const text = `function () { return [...this.values()].slice(0, ${most}); }`;
  const found = called(session, objectId, text);
  const all = propertiesOf(session, found).result.filter(({ name }) => /^\d+$/.test(name));
  return all.flatMap(({ value }) => value ?? []);
}

function called(session: Session, objectId: string | undefined, text: string) {
  const got: { answer?: Runtime.CallFunctionOnReturnType } = {};
  const asked = { functionDeclaration: text, ...(objectId !== undefined && { objectId }) };
  session.post("Runtime.callFunctionOn", asked, (_, answer) => Object.assign(got, { answer }));
  return answered(got.answer).result;
}

function evaluated(session: Session, expression: string): Runtime.RemoteObject {
  const got: { answer?: Runtime.EvaluateReturnType } = {};
  session.post("Runtime.evaluate", { expression }, (_, answer) => Object.assign(got, { answer }));
  return answered(got.answer).result;
}

/** The types that Node comes with know nothing of private fields. */
interface Properties extends Runtime.GetPropertiesReturnType {
  privateProperties?: { name: string; value?: Runtime.RemoteObject }[];
}

function propertiesOf(session: Session, { objectId = "" }: Runtime.RemoteObject): Properties {
  const got: { answer?: Properties } = {};
  const asked = { objectId, ownProperties: true };
  session.post("Runtime.getProperties", asked, (_, answer) => Object.assign(got, { answer }));
  return answered(got.answer);
}

function privatesOf(session: Session, of: Runtime.RemoteObject) {
  return propertiesOf(session, of).privateProperties ?? [];
}

/** A session with its own thread answers at once. */
function answered<Answer>(found: Answer | undefined): Answer {
  if (found === undefined) throw new Error("The inspector gave no answer.");
  return found;
}
