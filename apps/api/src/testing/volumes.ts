import type { TestApi } from "./harness.js";

/** SHA-256 of the external id, as the product stores it, for an SQL statement whose parameter `$n` it is. */
const subjectOf = (parameter: string) => `sha256(convert_to(${parameter}, 'UTF8'))`;

/** Adds stored responses about an entity, as if each had come from a write of its own; without `entityId` as the last release did. */
export async function addReplies(
  api: TestApi,
  operatorId: string,
  about: { readonly externalId: string; readonly entityId: string | null },
  rows: number,
): Promise<void> {
  await api.sql(
    `insert into idempotency_keys
       (operator_id, key_hash, fingerprint, master_key_id, subject, entity_id, status, reply, expires_at)
     select $1, sha256(convert_to(concat($2::text, $3::text, n), 'UTF8')), '\\x00', 'k', ${subjectOf("$2")}, $3, 200,
       '{"success":true,"data":{"externalId":"' || $2 || '"}}', now() + interval '23 hours'
     from generate_series(1, $4::int) n`,
    [operatorId, about.externalId, about.entityId, rows],
  );
}

/** Adds batch reports of so many errors each, of which the first names the entity. Returns the ids of the jobs. */
export async function addReports(
  api: TestApi,
  operatorId: string,
  externalId: string,
  { reports, errors }: { readonly reports: number; readonly errors: number },
): Promise<string[]> {
  const rows = await api.sql<{ id: string }>(
    `with report as materialized (
       select jsonb_agg(jsonb_build_object(
         'index', n, 'externalId', case n when 0 then $2::text else 'other-' || n end,
         'code', 'ENTITY_NOT_FOUND', 'message', 'No such entity'
       ) order by n) as errors
       from generate_series(0, $4::int - 1) n
     ),
     job as (
       insert into batch_jobs (operator_id, id, type, total, succeeded, failed, errors)
       select $1, 'job_' || left(md5($2 || n), 16), 'events', $4::int, 0, $4::int, report.errors
       from report, generate_series(1, $3::int) n
       returning operator_id, id
     )
     insert into batch_job_subjects (operator_id, subject, job_id)
     select operator_id, ${subjectOf("$2")}, id from job
     returning job_id as id`,
    [operatorId, externalId, reports, errors],
  );
  return rows.map(({ id }) => id);
}

/** Adds records of reads, each with a request id that names the person. */
export async function addReads(
  api: TestApi,
  operatorId: string,
  target: { readonly type: "entity" | "event"; readonly id: string },
  rows: number,
): Promise<void> {
  await api.sql(
    `insert into audit_log (operator_id, at, actor_type, actor_id, action, target_type, target_id, request_id)
     select $1, now() - n * interval '1 second', 'operatorKey', 'k', $2 || '.read', $2, $3, 'person-' || n
     from generate_series(1, $4::int) n`,
    [operatorId, target.type, target.id, rows],
  );
}
