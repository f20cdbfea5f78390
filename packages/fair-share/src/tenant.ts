/**
 * The tenant that uses the resource. Without `operatorId`, the platform itself. An empty `platformId` stands for work that belongs to no
 * platform: the server's own work, and requests that are not authenticated yet.
 */
export interface Tenant {
  readonly platformId: string;
  readonly operatorId?: string | undefined;
}

/** Whether the tenant belongs to a platform. */
export function isPlatform({ platformId }: Tenant): boolean {
  return platformId !== "";
}

/** A text that identifies the tenant. */
export function tenantKey({ platformId, operatorId = "" }: Tenant): string {
  return `${platformId}/${operatorId}`;
}
