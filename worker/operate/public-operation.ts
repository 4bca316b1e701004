/** What anybody may ask without a token, as a row of the OpenAPI document. */
import type { JsonSchema, QueryParameter } from "./api-route.ts";
import { text } from "./schemas.ts";

/** A question that needs no token. */
export interface PublicOperation {
  /** Absent: GET. */
  method?: "GET" | "POST";
  path: string;
  says: string;
  more?: string;
  query?: readonly QueryParameter[];
  gives: JsonSchema;
  /** Another form of answer than JSON. */
  givesType?: string;
  /** Of the body; absent: it takes none. */
  takes?: JsonSchema;
  /** There may be no such thing, which is told as text. */
  hasMissing?: boolean;
  /** Statuses of problems. */
  refuses?: readonly number[];
}

/** An object with these fields among others: what is told grows. */
export function among(
  properties: Readonly<Record<string, JsonSchema>>,
  required = Object.keys(properties),
): JsonSchema {
  return { type: "object", required, properties };
}

export function parameter(name: string, says: string, schema: JsonSchema = text): QueryParameter {
  return { name, says, schema };
}
