/** What the command line's exit codes mean; its help says the same. */
export const exitCode = {
  done: 0,
  refused: 1,
  misused: 2,
  pending: 3,
  interrupted: 130,
} as const;

export const exitCodesHelp = `
Exit codes:
  0  done; again is fine, revoking a revoked key for example
  1  not done: no such id, or the database refused or is away
  2  the command was not given in its right form
  3  migrate:status: the database is not up to date; pii:status, pii:rotate: something is left under another master key,
     or an encrypted field can't be read`;
