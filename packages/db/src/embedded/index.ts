export { EmbeddedPostgresError } from "./failure.js";
export { type EmbeddedOptions, type EmbeddedPostgres, startEmbedded } from "./supervisor.js";
