/**
 * Whose request takes the resource. Without `operatorId` it is the platform's own. An empty `platformId` names work that belongs to no
 * platform, such as the server's own or that of callers who are not authenticated yet.
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
