/** A server of this checkout with an embedded database of its own. */
export interface DocsServer {
  readonly baseUrl: string;
  readonly platformKey: string;
  readonly operatorKey: string;
  newOperator(): Promise<{ readonly id: string; readonly key: string }>;
  stop(): Promise<void>;
}

export function startServer(dataDir: string, env?: Readonly<Record<string, string>>): Promise<DocsServer>;
