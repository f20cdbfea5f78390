import { type Command, Option } from "commander";
import { Refusal } from "../start/refusal.js";
import { say } from "../start/say.js";
import { linkUser, listUsers, type Role, unlinkUser } from "../users/service.js";
import { print, printJson, printTable } from "./output.js";
import { withDatabase } from "./owner.js";
import { uuid } from "./values.js";

const ready = { upToDate: true, owner: true };
const userOption = ["--user <userId>", "a UUID: sub of the token that they sign in with", uuid] as const;

export function addUserCommands(program: Command): void {
  program
    .command("user:link")
    .summary("let a person's dashboard session act for an operator or a platform")
    .description(
      "Lets a person's dashboard session act for an operator or a platform. An owner does everything there; a member reads, " +
        "sees personal fields as stored, and exports nothing. Again, it sets the role.",
    )
    .requiredOption(...userOption)
    .requiredOption("--actor <actorId>", "op_ or plat_, and 16 hex digits")
    .addOption(new Option("--role <role>", "owner or member").choices(["owner", "member"]).default("owner"))
    .option("--json", 'one line: {"userId":…,"actorId":…,"role":…}')
    .addHelpText(
      "after",
      "\nExample:\n  pnpm admin user:link --user 6f1c2d3e-0000-4000-8000-123456789abc --actor op_0123456789abcdef --role member",
    )
    .action(link);
  program
    .command("user:unlink")
    .summary("end what a person's session reaches")
    .description(
      "Ends what a person's session reaches: it answers 403 from the next request on, on every server.",
    )
    .requiredOption(...userOption)
    .option("--json", 'one line: {"userId":…,"actorId":…,"unlinked":true}')
    .addHelpText("after", "\nExample:\n  pnpm admin user:unlink --user 6f1c2d3e-0000-4000-8000-123456789abc")
    .action(unlink);
  program
    .command("user:list")
    .summary("list who is linked to what, oldest first")
    .description("Lists who is linked to what, oldest first.")
    .option("--json", "one line: an array of {userId, actorId, role, createdAt}")
    .addHelpText("after", "\nExample:\n  pnpm admin user:list")
    .action(list);
}

interface LinkOptions {
  readonly user: string;
  readonly actor: string;
  readonly role: Role;
  readonly json?: true;
}

async function link({ user: userId, actor: actorId, role, json }: LinkOptions): Promise<void> {
  const linking = await withDatabase(ready, (owner) => linkUser(owner, { userId, actorId, role }));
  if (linking === "unknown actor") {
    throw new Refusal(`There is no operator and no platform ${JSON.stringify(actorId)}.`);
  }
  if (linking === "linked elsewhere") {
    throw new Refusal(
      `The user ${userId} is linked to another. See pnpm admin user:list; user:unlink comes first.`,
    );
  }
  if (json) return printJson({ userId, actorId, role });
  print(`The user ${userId} is ${role} at ${actorId}.`);
}

async function unlink({ user: userId, json }: { user: string; json?: true }): Promise<void> {
  const user = await withDatabase(ready, (owner) => unlinkUser(owner, userId));
  if (user === undefined) throw new Refusal(`The user ${userId} is linked to nothing.`);
  if (json) return printJson({ userId, actorId: user.actorId, unlinked: true });
  print(`The user ${userId} is no longer ${user.role} at ${user.actorId}.`);
}

async function list({ json }: { json?: true }): Promise<void> {
  const users = await withDatabase(ready, listUsers);
  if (json) return printJson(users);
  if (users.length === 0)
    return say("Nobody is linked yet: pnpm admin user:link --user <userId> --actor <actorId>");
  printTable(
    ["userId", "createdAt", "role", "actorId"],
    users.map((user) => [user.userId, user.createdAt, user.role, user.actorId]),
  );
}
