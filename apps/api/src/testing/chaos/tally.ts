/** What was promised and what is there, counted; everything that is not as promised stands here in words. */
export class Tally {
  /** Acknowledged writes whose trace must still be there: what was overwritten since is not counted. */
  acknowledged = 0;
  stored = 0;
  readonly lost: string[] = [];
  readonly duplicated: string[] = [];
  /** Neither lost nor there twice, and not right either. */
  readonly wrong: string[] = [];

  /** `count` writes of one kind were promised, and so many were found. */
  count(promised: number, found: number, what: string): void {
    this.acknowledged += promised;
    this.stored += found;
    const text = `${what}: ${found} stored, ${promised} acknowledged`;
    for (let missing = found; missing < promised; missing += 1) this.lost.push(text);
    for (let surplus = found; surplus > promised; surplus -= 1) this.duplicated.push(text);
  }

  /** Numbers grow with each write: an older one is a write that was lost, a newer one was never promised. */
  latest(promised: number | undefined, found: number | undefined, what: string): void {
    if (promised !== undefined) this.acknowledged += 1;
    if (found !== undefined) this.stored += 1;
    if (promised === found) return;
    const text = `${what} is ${found}, was acknowledged as ${promised}`;
    if (promised !== undefined && (found ?? 0) < promised) this.lost.push(text);
    else this.wrong.push(text);
  }

  get faults(): string[] {
    return [...this.lost, ...this.duplicated, ...this.wrong];
  }
}
