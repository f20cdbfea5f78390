export { FairShare, type FairShareOptions, type Request } from "./fair-share.js";
export type { Grant } from "./grant.js";
export { type ShareProblem, ShareUnavailableError } from "./share-unavailable-error.js";
export { isPlatform, type Tenant, tenantKey } from "./tenant.js";
