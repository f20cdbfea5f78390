import { RandomPool } from "./random.js";

const randomBytesPerId = 8;

/** Ids name, they do not authorise, so they may share one pool for the life of the process. */
const pool = new RandomPool(randomBytesPerId, 512);

const forms = {
  ent: /^ent_[0-9a-f]{16}$/,
  op: /^op_[0-9a-f]{16}$/,
  eev: /^eev_[0-9a-f]{16}$/,
  job: /^job_[0-9a-f]{16}$/,
  ers: /^ers_[0-9a-f]{16}$/,
  plat: /^plat_[0-9a-f]{16}$/,
  tpl: /^tpl_[0-9a-f]{16}$/,
} as const;

/** Entity, operator, event, batch job, erasure, platform, template. */
export type IdPrefix = keyof typeof forms;

/** A new id: the prefix, `_` and 16 hex digits of 8 random bytes. */
export function mintId<Prefix extends IdPrefix>(prefix: Prefix): `${Prefix}_${string}` {
  return `${prefix}_${pool.next().toString("hex")}`;
}

/** Whether a text has the form of {@link mintId}. Built-in templates (`tpl_igaming`) have names instead. */
export function isId(prefix: IdPrefix, text: string): boolean {
  return forms[prefix].test(text);
}
