import type { Command } from "commander";
import { Refusal } from "../start/refusal.js";
import { say } from "../start/say.js";
import { listJobs, retryJobs } from "../worker/service.js";
import { print, printable, printJson, printTable } from "./output.js";
import { withDatabase } from "./owner.js";

const ready = { upToDate: true, owner: true };

export function addJobCommands(program: Command): void {
  program
    .command("jobs:list")
    .summary("list the background jobs that are not done, oldest first")
    .description(
      "Lists the background jobs that are not done, oldest first. waiting: for its time, or for another try if it has a " +
        "lastError. running: a worker is at it. failed: it has had all its tries. A job that is done is gone.",
    )
    .option(
      "--json",
      "one line: an array of {id, task, key, status, attempts, attemptsMax, runAt, lastError, createdAt}",
    )
    .addHelpText("after", "\nExample:\n  pnpm admin jobs:list")
    .action(list);
  program
    .command("jobs:retry")
    .summary("let background jobs be tried again now")
    .description(
      "Makes jobs due now, with all their tries again. Running ones are left alone. A job may be tried again at any time: it " +
        "goes on from where it got to.",
    )
    .argument("[jobIds...]", "ids, as jobs:list shows")
    .option("--all", "every job that was tried before and is not running")
    .option("--json", 'one line: {"retried":[…],"running":[…],"unknown":[…]}')
    .addHelpText("after", "\nExamples:\n  pnpm admin jobs:retry 12 15\n  pnpm admin jobs:retry --all")
    .action(retry);
}

async function list({ json }: { json?: true }): Promise<void> {
  const jobs = await withDatabase(ready, listJobs);
  if (json) return printJson(jobs);
  if (jobs.length === 0) return say("No job waits, runs or has failed.");
  printTable(
    ["id", "status", "tries", "runAt", "lastError", "key"],
    jobs.map((job) => [
      job.id,
      job.status,
      `${job.attempts}/${job.attemptsMax}`,
      job.runAt,
      printable(job.lastError ?? "none"),
      printable(job.key ?? job.task),
    ]),
  );
}

async function retry(
  ids: readonly string[],
  { all, json }: { all?: true; json?: true },
  command: Command,
): Promise<void> {
  if ((all === true) === ids.length > 0) command.error("error: give either ids of jobs or --all");
  const outcome = await withDatabase(ready, (owner) => retryJobs(owner, all ? undefined : ids));
  const { retried, running, unknown } = outcome;
  if (json) printJson(outcome);
  else if (retried.length > 0) print(`Due now: ${retried.join(", ")}.`);
  else if (all) say("No job was tried before and is not running.");
  const left = [
    ...running.map((id) => `The job ${id} is running: it was left alone.`),
    ...unknown.map((id) => `There is no job ${JSON.stringify(id)}: it is done, or never was.`),
  ];
  if (left.length > 0) throw new Refusal(left.join("\n"));
}
