/** The API's document: valid by OpenAPI's own schema, and whole. */
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, it } from "vitest";
import { apiRoutes } from "../../../worker/operate/api-table.ts";
import { apiDocument } from "./contract.ts";

it("is valid OpenAPI 3.1", async () => {
  const checked = await new Validator().validate(JSON.parse(JSON.stringify(apiDocument)));
  expect(checked).toEqual({ valid: true });
});

it("has each row of the table, each operation under a name of its own", () => {
  const paths: Record<string, Record<string, { operationId: string; summary: string }>> = Object(
    apiDocument.paths,
  );
  const ids = Object.values(paths).flatMap((path) =>
    Object.values(path).map((one) => one.operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
  for (const { method, path, says } of apiRoutes) {
    expect(paths[path]?.[method.toLowerCase()]?.summary).toBe(says);
  }
});
