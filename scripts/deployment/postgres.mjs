// A PostgreSQL as an operator of OneHazel would have one: Debian's, over TLS, with passwords.
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const bin = "/usr/lib/postgresql/15/bin";
const superuserPassword = "superuser-of-this-trial";

/** Starts one under `folder`; `psql` runs as its superuser unless told, `url` names a login's way in with the certificate checked. */
export async function startPostgres(folder) {
  const account = process.getuid() === 0 ? idOf("postgres") : {};
  mkdirSync(folder);
  const authority = join(folder, "server.crt");
  const key = join(folder, "server.key");
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  run("openssl", [
    ..."req -x509 -newkey rsa:2048 -nodes -days 2".split(" "),
    ...subject,
    ...["-keyout", key, "-out", authority],
  ]);
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, superuserPassword);
  for (const file of [folder, key, authority, passwordFile]) {
    if (account.uid !== undefined) chownSync(file, account.uid, account.gid);
  }
  chmodSync(key, 0o600);
  chmodSync(folder, 0o755);
  const data = join(folder, "data");
  const init = ["--auth=scram-sha-256", "--username=postgres", `--pwfile=${passwordFile}`, "--encoding=UTF8"];
  run(join(bin, "initdb"), ["-D", data, ...init], { ...account, cwd: folder });
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: "localhost",
    unix_socket_directories: "",
    ssl: "on",
    ssl_cert_file: authority,
    ssl_key_file: key,
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(join(bin, "postgres"), ["-D", data, ...options], {
    ...account,
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let words = "";
  server.stderr.on("data", (chunk) => {
    words += chunk;
  });
  while (!words.includes("ready to accept connections")) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL did not start:\n${words}`);
    await sleep(50);
  }
  const env = {
    PGHOST: "localhost",
    PGPORT: String(port),
    PGSSLMODE: "verify-full",
    PGSSLROOTCERT: authority,
  };
  const superuser = { PGUSER: "postgres", PGPASSWORD: superuserPassword, PGDATABASE: "postgres" };
  return {
    /** Runs one of PostgreSQL's client programs. */
    client: (program, args, as = {}) =>
      run(program, args, { env: { PATH: process.env.PATH, ...env, ...superuser, ...as } }),
    /** The page's name of the database's machine, of its authority's certificate, and what is here in their place. */
    names: { "db.example.com": `localhost:${port}`, "/etc/ssl/db.pem": authority },
    superuser: { ...env, ...superuser },
    url: (user, password, database) =>
      `postgres://${user}:${password}@localhost:${port}/${database}?sslmode=verify-full&sslrootcert=${encodeURIComponent(authority)}`,
    environment: (user, password, database) => ({
      ...env,
      PGUSER: user,
      PGPASSWORD: password,
      PGDATABASE: database,
    }),
    stop: async () => {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGINT");
      await ended;
    },
  };
}

export function run(program, args, options = {}) {
  return execFileSync(program, args, { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8", ...options });
}

export function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

export function idOf(user) {
  return { uid: Number(run("id", ["-u", user])), gid: Number(run("id", ["-g", user])) };
}
