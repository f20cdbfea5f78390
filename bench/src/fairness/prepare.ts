import type { FairnessStage } from "./stage.js";

/** What an attack finds in the database, made by statements that take seconds where requests would take hours. */
type Prepare = (stage: FairnessStage, operatorId: string) => Promise<void>;

const entityColumns = "operator_id, id, external_id, entity_type, data, created_at, updated_at";
const idOf = (text: string) => `'ent_' || substr(md5($1 || ${text}), 1, 16)`;

const insertEntities = (id: string, externalId: string, type: string, data: string, count: number) => `
  insert into entities (${entityColumns})
  select $1, ${idOf(id)}, ${externalId}, '${type}', ${data}, now() - n * interval '1 ms', now() - n * interval '1 ms'
  from generate_series(1, ${count}) n`;

const run = ({ superuser }: FairnessStage, text: string, ...values: unknown[]) =>
  superuser.pool.query(text, values);

/** A page of them is 8 MiB, which is where a page ends. */
export const largeRows: Prepare = async (stage, operatorId) => {
  const data = "jsonb_build_object('name', 'g', 'text', repeat(md5(n::text), 8000))";
  await run(stage, insertEntities("'large' || n", "'large_' || n", "large", data, 60), operatorId);
};

export const lockedRow = "locked";

export const rowToLock: Prepare = async (stage, operatorId) => {
  const data = `'{"name": "Chess"}'::jsonb`;
  await run(stage, insertEntities(`'${lockedRow}'`, `'${lockedRow}'`, "game", data, 1), operatorId);
};

/** The subjects of batches of events and states. */
export const subjects: Prepare = async (stage, operatorId) => {
  const data = `'{"name": "Chess"}'::jsonb`;
  await run(
    stage,
    insertEntities("'subject' || n", "'subject_' || (n - 1)", "game", data, 1_000),
    operatorId,
  );
};

const revokedKeyCount = 100_000;

export const revokedKeys: Prepare = async (stage, operatorId) => {
  await run(
    stage,
    `insert into api_keys (operator_id, id, key_hash, label, created_by, revoked_at)
     select $1, gen_random_uuid(), sha256(convert_to($1 || n, 'UTF8')), 'key ' || n, 'operator', now()
     from generate_series(1, ${revokedKeyCount}) n`,
    operatorId,
  );
  await run(stage, "analyze api_keys");
};

const manyEntities = 200_000;

/** Many entities, none of the type that is asked for. */
export const manyOfAnotherType: Prepare = async (stage, operatorId) => {
  const data = "jsonb_build_object('name', 'g' || n)";
  await run(stage, insertEntities("'many' || n", "'many_' || n", "game", data, manyEntities), operatorId);
  await run(stage, "vacuum analyze entities");
};

const erasedReplies = 100_000;
const erasedReports = 200;
const errorsEach = 5_000;

/** One person whom many remembered replies are about, and many batch reports name. */
export async function personToErase(
  stage: FairnessStage,
  operatorId: string,
  externalId: string,
): Promise<void> {
  const data = `'{"name": "Chess"}'::jsonb`;
  await run(stage, insertEntities(`'${externalId}'`, `'${externalId}'`, "game", data, 1), operatorId);
  await run(
    stage,
    `insert into idempotency_keys (operator_id, key_hash, fingerprint, master_key_id, subject, status, reply, expires_at)
     select $1, sha256(convert_to($1 || $2 || n, 'UTF8')), sha256('\\x00'), 'bench', sha256(convert_to($2, 'UTF8')), 200,
       '{"success":true,"data":{"id":"ent_0000000000000000"}}', now() + interval '1 day'
     from generate_series(1, ${erasedReplies}) n`,
    operatorId,
    externalId,
  );
  await run(
    stage,
    `with report as materialized (
       select jsonb_agg(jsonb_build_object(
         'index', n, 'externalId', $2::text, 'code', 'VALIDATION_FAILED', 'message', 'Not a number: ' || n
       )) as errors
       from generate_series(0, ${errorsEach - 1}) n
     ), jobs as (
       insert into batch_jobs (operator_id, id, type, total, succeeded, failed, errors)
       select $1, 'job_' || substr(md5($2 || n), 1, 16), 'entities', ${errorsEach}, 0, ${errorsEach}, errors
       from report, generate_series(1, ${erasedReports}) n
       returning id
     )
     insert into batch_job_subjects (operator_id, subject, job_id)
     select $1, sha256(convert_to($2, 'UTF8')), id from jobs`,
    operatorId,
    externalId,
  );
}
