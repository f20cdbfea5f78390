import * as apiKeys from "./api-keys/handlers.js";
import * as entities from "./entities/handlers.js";
import * as erasures from "./erasures/handlers.js";
import { type Operations, operatorCall, operatorDirect, platformCall, sharedCall } from "./http/operation.js";
import * as operators from "./operators/handlers.js";
import * as settings from "./settings/handlers.js";
import * as templates from "./templates/handlers.js";

/** The whole of the API: what the spec names, and who answers it. */
export const operations: Operations = {
  upsertEntity: operatorDirect(entities.upsert),
  listEntities: operatorCall(entities.list),
  getEntity: operatorDirect(entities.get),
  eraseEntity: operatorCall(erasures.erase),
  getErasure: operatorCall(erasures.get),

  listTemplates: operatorCall(templates.list),
  getSettings: operatorCall(settings.get),
  updateSettings: operatorCall(settings.update, settings.retentionFaults),

  createApiKey: sharedCall(apiKeys.create, apiKeys.expiryFaults),
  listApiKeys: operatorCall(apiKeys.list),
  renameApiKey: operatorCall(apiKeys.rename),
  deleteApiKey: operatorCall(apiKeys.revokeOrDelete),

  createOperator: platformCall(operators.create, operators.configurationFaults),
  listOperators: platformCall(operators.list),
  getOperator: platformCall(operators.get),
  updateOperator: platformCall(operators.update, operators.configurationFaults),
  suspendOperator: platformCall(operators.suspend),
  createOperatorApiKey: platformCall(operators.createOperatorKey, apiKeys.expiryFaults),
  listOperatorApiKeys: platformCall(operators.listKeys),
  revokeOperatorApiKey: platformCall(operators.revokeKey),
};
