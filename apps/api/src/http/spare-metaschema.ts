import { createRequire } from "node:module";

interface SchemaValidatorModule {
  OpenAPISchemaValidator: new () => { validate(document: unknown): { errors: unknown[] } };
}

/**
 * express-openapi-validator compiles the schema of all OpenAPI documents anew for each validator that it makes, and then uses it only
 * where it is told to hold the document against it. Ours is held against it by the spec's linter, so we tell it not to; but with one
 * validator an operation the compiling was three quarters of the start and a third of an idle server's memory. This puts one in its
 * place that is asked nothing. Must run before the first validator is made.
 */
export function spareMetaschema(): void {
  const module: SchemaValidatorModule = createRequire(import.meta.url)(
    "express-openapi-validator/dist/framework/openapi.schema.validator.js",
  );
  module.OpenAPISchemaValidator = class {
    validate(): never {
      throw new Error("the document is validated by its linter, not at start");
    }
  };
}
