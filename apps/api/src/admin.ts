import { runAdmin } from "./cli/run.js";
import { warnOfMisspeltSettings } from "./misspelt-settings.js";
import { say } from "./start/say.js";

warnOfMisspeltSettings(say);
process.exitCode = await runAdmin(process.argv.slice(2));
