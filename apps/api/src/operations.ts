import * as apiKeys from "./api-keys/handlers.js";
import * as auditLog from "./audit/handlers.js";
import * as batch from "./batch/handlers.js";
import * as entities from "./entities/handlers.js";
import * as erasures from "./erasures/handlers.js";
import * as events from "./events/handlers.js";
import * as exports from "./export/handlers.js";
import {
  type Operations,
  operatorCall,
  operatorDirect,
  operatorHot,
  operatorStream,
  platformCall,
  sharedCall,
} from "./http/operation.js";
import * as operators from "./operators/handlers.js";
import * as retention from "./retention/handlers.js";
import * as settings from "./settings/handlers.js";
import * as states from "./states/handlers.js";
import * as templates from "./templates/handlers.js";

/** The whole of the API: what the spec names, and who answers it. */
export const operations: Operations = {
  upsertEntity: operatorHot(entities.upsert, entities.templateFaults),
  listEntities: operatorCall(entities.list),
  getEntity: operatorHot(entities.get),
  exportEntity: operatorStream(exports.stream),
  eraseEntity: operatorCall(erasures.erase),
  getErasure: operatorCall(erasures.get),

  recordEvent: operatorHot(events.record, events.templateFaults),
  listEvents: operatorCall(events.list),
  getEvent: operatorCall(events.get),

  setState: operatorHot(states.set, states.templateFaults),
  listStates: operatorCall(states.list),
  getState: operatorCall(states.get),

  batchEntities: operatorDirect(batch.entities),
  batchEvents: operatorDirect(batch.events),
  batchStates: operatorDirect(batch.states),
  listBatchJobs: operatorCall(batch.listJobs),
  getBatchJob: operatorCall(batch.getJob),
  deleteBatchJob: operatorCall(batch.removeJob),

  listTemplates: operatorCall(templates.list),
  createTemplate: operatorCall(templates.create, templates.templateFaults),
  getTemplate: operatorCall(templates.get),
  updateTemplate: operatorCall(templates.update, templates.templateFaults),
  deleteTemplate: operatorCall(templates.remove),
  getSettings: operatorCall(settings.get),
  updateSettings: operatorCall(settings.update, settings.retentionFaults),
  listRetentionRuns: operatorCall(retention.list),

  listOperatorAudit: operatorCall(auditLog.listOfOperator),
  listPlatformAudit: platformCall(auditLog.listOfPlatform),

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
  revokeOperatorApiKey: platformCall(operators.revokeOrDeleteKey),
};
