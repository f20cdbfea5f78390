/** Arguments of Node for a program whose clock is wrong by so much. `performance.now`, timers and the database keep the true time. */
export function skewArguments(clockAheadMs: number): string[] {
  if (clockAheadMs === 0) return [];
  const source = `globalThis.Date = new Proxy(Date, {
    construct: (of, args, as) => Reflect.construct(of, args.length > 0 ? args : [of.now() + ${clockAheadMs}], as),
    apply: (of) => new of(of.now() + ${clockAheadMs}).toString(),
    get: (of, name) => (name === "now" ? () => of.now() + ${clockAheadMs} : Reflect.get(of, name)),
  });`;
  return ["--import", `data:text/javascript,${encodeURIComponent(source)}`];
}
