/** What the exit codes mean; the help and the README say the same. */
export const exitCode = {
  done: 0,
  failed: 1,
  misused: 2,
  partial: 3,
  refused: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

export const exitCodesHelp = `
Exit codes:
    0  done
    1  failed: the server refused it or could not be reached, or a file could not be read or written
    2  the command was not given in its right form, or a file or a key is not what it must be
    3  done in part: some rows failed, the others are stored
    4  no API key, or one that is not accepted for this: unknown, revoked, without write access, or a platform's
  130  stopped by Ctrl-C or SIGTERM; an import goes on from its checkpoint when run again`;
