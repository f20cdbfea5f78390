import type pg from "pg";

/**
 * Does something as a role that may otherwise make nothing, in the transaction that is open: the migrating role becomes a member of it
 * and it may create in `public`, for as long as that takes.
 *
 * @param role a role of ours; its name stands in the statements as it is
 */
export async function asBorrowedRole(
  session: pg.ClientBase,
  role: string,
  work: () => Promise<unknown>,
): Promise<void> {
  const { rows } = await session.query<{ options: string }>(
    // Before 16 a membership had no options.
    `select case when current_setting('server_version_num')::int >= 160000 then 'with set true, inherit false' else '' end as options`,
  );
  await session.query(`grant ${role} to current_user ${rows[0]?.options}`);
  await session.query(`grant create on schema public to ${role}`);
  await session.query(`set local role ${role}`);
  await work();
  await session.query("reset role");
  await session.query(`revoke create on schema public from ${role}`);
  // A superuser is no member and needs to be none; revoking what was never granted is only a warning.
  await session.query(`revoke ${role} from current_user`);
}
