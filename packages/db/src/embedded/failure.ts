/** Why the embedded PostgreSQL can't serve, in words for the person at the terminal. */
export class EmbeddedPostgresError extends Error {
  override readonly name = "EmbeddedPostgresError";
}

const tailLines = 10;

const causes: readonly (readonly [RegExp, string])[] = [
  [/No space left on device/i, "the disk is full"],
  [/could not look up effective user ID/, "PostgreSQL needs its user to have an entry in /etc/passwd"],
  [
    /GLIBC_|error while loading shared libraries|cannot open shared object/i,
    "it needs a Linux with a newer glibc, or a library is missing",
  ],
  [/database files are incompatible with server/i, "the data folder was made by another PostgreSQL version"],
  [
    /Permission denied|has wrong ownership|invalid permissions|Operation not permitted/i,
    "the data folder can't be used by this user",
  ],
  [/Cannot allocate memory|could not map anonymous shared memory/i, "the machine has too little memory"],
  [/could not (?:create|resize) shared memory segment/i, "shared memory (/dev/shm) is too small or missing"],
];

/** An error that names the cause where we recognise it, and ends with the last lines PostgreSQL wrote. */
export function explainFailure(step: string, output: string, cause?: unknown): EmbeddedPostgresError {
  const message = cause instanceof Error ? cause.message : "";
  const known = causes.find(([pattern]) => pattern.test(`${output}\n${message}`))?.[1] ?? spawnCause(cause);
  const lines = output.trim().split("\n").slice(-tailLines).join("\n");
  const head = known ? `${step} failed: ${known}.` : `${step} failed.`;
  return new EmbeddedPostgresError(
    [head, message, lines].filter((part) => part !== "").join("\n"),
    cause === undefined ? undefined : { cause },
  );
}

/** The kernel says ENOENT for a program that is there when its loader isn't: musl instead of glibc. */
function spawnCause(cause: unknown): string | undefined {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ENOENT")
    return "the program or its loader is missing (it needs a Linux with glibc; set DATABASE_URL elsewhere)";
  if (code === "EACCES" || code === "EPERM") return "this user may not run it";
  return undefined;
}
