/** The categories that calls are counted in. The spec, the types and `configuration.rateLimits` use the same names. */
export const rateLimitCategories = [
  "realtime",
  "batch",
  "read",
  "gateway",
  "management",
  "analyticsRead",
  "analyticsExport",
  "analyticsRefresh",
];
