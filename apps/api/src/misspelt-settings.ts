import * as settings from "./settings.js";
import { masterKeySettings } from "./start/key-source.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that no program of ours reads, and the setting that was probably meant. */
export interface MisspeltSetting {
  readonly name: string;
  readonly near: string | undefined;
}

const prefix = "ONEHAZEL_";

/** What the SDK and its command line read: often set in the same shell. */
const clientSettings = ["API_KEY", "BASE_URL", "CONFIG_DIR", "PLATFORM_KEY"].map((name) => prefix + name);

const known: ReadonlySet<string> = new Set([
  ...Object.keys({ ...settings.common, ...settings.server, ...settings.commandLine, ...settings.worker }),
  ...masterKeySettings,
  ...clientSettings,
]);

/** What Kubernetes sets in every container for a service that is named `onehazel` or `onehazel-…`. */
const serviceVariables = /^ONEHAZEL_(PORT|SERVICE)(_|$)|^ONEHAZEL_\w+_(SERVICE_(HOST|PORT)(_|$)|PORT_\d+_)/;
const serviceAddress = /^(tcp|udp|sctp):\/\//;

/** Says which variables are probably misspelt settings: their names, never their values. */
export function warnOfMisspeltSettings(say: (message: string) => void, env: Environment = process.env): void {
  for (const { name, near } of misspeltSettings(env)) {
    const advice = near === undefined ? "docs/operations.md lists the settings." : `Did you mean ${near}?`;
    say(`Warning: ${name} is not a setting of OneHazel, so it has no effect. ${advice}`);
  }
}

/** Variables that begin with `ONEHAZEL_` or resemble a setting, and are none. An empty one counts as unset. */
export function misspeltSettings(env: Environment): MisspeltSetting[] {
  return Object.entries(env).flatMap(([name, value]) => {
    if (!value || known.has(name) || isOfKubernetes(name, value)) return [];
    const near = nearestSetting(name);
    return near === undefined && !name.startsWith(prefix) ? [] : [{ name, near }];
  });
}

function isOfKubernetes(name: string, value: string): boolean {
  if (!name.startsWith(prefix)) return false;
  return serviceVariables.test(name) || (name.endsWith("_PORT") && serviceAddress.test(value));
}

function nearestSetting(name: string): string | undefined {
  const words = name.toUpperCase().split("_");
  // npm hands its own configuration on in names of this form.
  if (name.startsWith("npm_")) return undefined;
  const distances = [...known].map((setting) => ({
    setting,
    distance: Math.min(...spellingsOf(setting, name).map((spelling) => distanceOf(words, spelling))),
  }));
  const nearest = distances.reduce((best, one) => (one.distance < best.distance ? one : best));
  return Number.isFinite(nearest.distance) ? nearest.setting : undefined;
}

/** Words of a setting in every form that may be mistaken for it. */
function spellingsOf(setting: string, name: string): string[][] {
  const words = setting.split("_");
  const isOurs = setting.startsWith(prefix);
  const spellings = [words];
  if (!isOurs && name.startsWith(prefix)) spellings.push(["ONEHAZEL", ...words]);
  // Shorter names without the prefix, such as DATA_DIR, belong to other programs too.
  if ((masterKeySettings as readonly string[]).includes(setting)) spellings.push(words.slice(1));
  const isUnit = words.length > 2 && ["MS", "MAX"].includes(words.at(-1) as string);
  return isUnit ? spellings.flatMap((spelling) => [spelling, spelling.slice(0, -1)]) : spellings;
}

const lettersMin = 6;
const distanceMax = 2;
/** Less than any other slip, and more than none. */
const pluralDistance = 0.25;

/** How many letters differ, where the words could be a misspelling of the setting's; infinite where not. */
function distanceOf(words: readonly string[], wanted: readonly string[]): number {
  const [joined, wantedJoined] = [words.join(""), wanted.join("")];
  if (words.length !== wanted.length) {
    const distance = wantedJoined.length < lettersMin ? Infinity : lettersApart(joined, wantedJoined);
    return distance <= 1 ? distance + 0.5 : Infinity;
  }
  // Names as short as PORT have many neighbors: only swapped letters count.
  if (wantedJoined.length < lettersMin && sorted(joined) !== sorted(wantedJoined)) return Infinity;
  let total = 0;
  for (const [index, word] of words.entries()) {
    const wantedWord = wanted[index] as string;
    const isPlural = word !== wantedWord && singular(word) === singular(wantedWord);
    const distance = isPlural ? pluralDistance : lettersApart(word, wantedWord);
    if (distance > Math.min(distanceMax, Math.floor(wantedWord.length / 3))) return Infinity;
    total += distance;
  }
  return total < distanceMax + 1 ? total : Infinity;
}

function sorted(text: string): string {
  return [...text].sort().join("");
}

function singular(word: string): string {
  return word.replace(/IES$/, "Y").replace(/S$/, "");
}

/** Letters to insert, delete, replace or swap with their neighbor (optimal string alignment distance). */
function lettersApart(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > distanceMax) return Infinity;
  const rows = [Array.from({ length: right.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Infinity;
  for (let i = 1; i <= left.length; i += 1) {
    rows.push([i]);
    for (let j = 1; j <= right.length; j += 1) {
      const isSwapped = left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      const replaced = at(i - 1, j - 1) + Number(left[i - 1] !== right[j - 1]);
      const swapped = isSwapped ? at(i - 2, j - 2) + 1 : Infinity;
      rows[i]?.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped));
    }
  }
  return at(left.length, right.length);
}
