/** Where a window stands once a request has been counted in it. */
export interface Count {
  /** Requests in this window, the one just counted among them. */
  readonly used: number;
  readonly resetAfterMs: number;
}

/** Counts requests in fixed windows, one a key, each opened by its first request. */
export interface Counter {
  count(key: string): Promise<Count>;
  /** As if one had not been counted. */
  takeBack(key: string): Promise<void>;
}
