// What the examples in docstrings take for granted: names of the program that they would stand in. What the package exports
// is known here without an import.

export declare const client: OneHazel;
export declare const platform: OneHazelPlatform;
export declare const operator: Operator;
export declare const apiKey: string;
export declare const baseUrl: string;
export declare const id: string;
export declare const keyId: string;
export declare const jobId: string;
export declare const erasureId: string;

export declare const data: EntityInput["data"];
export declare const player: EntityInput & { readonly id: string; readonly version: number };
export declare const players: readonly (BatchEntityInput & {
  readonly id: string;
  readonly balance: number;
})[];
export declare const payment: { readonly id: string };
export declare function rows(): AsyncGenerator<BatchEntityInput>;
export declare function deposits(): AsyncGenerator<BatchEventInput>;
export declare const template: {
  readonly schema: {
    readonly entity_types: {
      readonly player: { readonly required: readonly ["email"]; readonly optional: readonly ["nickname"] };
    };
  };
};

export declare const fetch: MockFetch;
export declare const response: Response;
export declare const reply: { readonly headers: Readonly<Record<string, string>> };
export declare function afterEach(run: () => void): void;
export declare function currentTrace(): string;
export declare function report(requestId: string | undefined): void;
export declare function schedule(delayMs: number): void;
export declare function chooseTemplate(): void;
export declare function forget(id: string): Promise<void>;
export declare function copy(id: string, data: object): Promise<void>;
export declare function save(data: readonly object[], cursor: string | null): Promise<void>;
export declare function saveForLater(items: readonly unknown[], progress: BulkProgress): Promise<void>;
export declare const bar: { update(done: number): void };
export declare const rejects: { write(row: object): Promise<void> };
export declare const secrets: { put(name: string, value: string): Promise<void> };
export declare const metrics: {
  answered(operationId: OperationId, status: number, durationMs: number): void;
  retried(operationId: OperationId, delayMs: number): void;
};
export declare const log: Readonly<Record<"debug" | "warn", (fields: object, message: string) => void>>;
