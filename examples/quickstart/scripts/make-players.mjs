// Writes players.csv: a thousand people who don't exist, as awkward as real ones. The same bytes on every run and machine;
// with --check it writes nothing and fails if the file differs.
import { readFile, writeFile } from "node:fs/promises";
import { allLocales, Faker } from "@faker-js/faker";

const rowsCount = 1000;
const seed = 20260406;
const registeredFrom = "2021-01-01T00:00:00.000Z";
const registeredTo = "2026-04-06T00:00:00.000Z";
const bornFrom = "1936-01-01T00:00:00.000Z";
// Everyone was eighteen when they registered.
const bornTo = "2002-12-31T00:00:00.000Z";

/** Faker's locale, country, currency, and how many of each hundred players. */
const populations = [
  ["en_GB", "GB", "GBP", 14],
  ["en_IE", "IE", "EUR", 6],
  ["en_US", "US", "USD", 6],
  ["de", "DE", "EUR", 5],
  ["fr", "FR", "EUR", 5],
  ["es_MX", "MX", "MXN", 4],
  ["pt_BR", "BR", "BRL", 5],
  ["sv", "SE", "SEK", 4],
  ["cs_CZ", "CZ", "CZK", 3],
  ["pl", "PL", "PLN", 4],
  ["hu", "HU", "HUF", 3],
  ["ro", "RO", "RON", 2],
  ["tr", "TR", "TRY", 3],
  ["vi", "VN", "VND", 2],
  ["uk", "UA", "UAH", 3],
  ["mk", "MK", "MKD", 2],
  ["ru", "KZ", "KZT", 2],
  ["el", "GR", "EUR", 3],
  ["ar", "AE", "AED", 3],
  ["he", "IL", "ILS", 3],
  ["fa", "OM", "OMR", 2],
  ["zh_CN", "SG", "SGD", 2],
  ["zh_TW", "TW", "TWD", 2],
  ["ja", "JP", "JPY", 3],
  ["ko", "KR", "KRW", 3],
  ["ka_GE", "GE", "GEL", 2],
  ["hy", "AM", "AMD", 2],
  ["th", "TH", "THB", 1],
  ["dv", "MV", "MVR", 1],
].map(([locale, country, currency, share]) => ({ locale, country, currency, share }));

/** Names that break programs which split, trim, escape or upper-case them; every 20th player has one. */
const hardNames = [
  ["Siobhán", "O'Brien"],
  ["さくら", "ヤマダ"],
  ["प्रिया", "शर्मा"],
  ["Anne-Marie", "Smith-Jones"],
  ["Jean-Luc", "D’Angelo"],
  ["Martin", "King, Jr."],
  ['Robert "Bob"', "Tables"],
  ["Lucky 🍀", "Novák"],
  ["Zoë", "van der Berg"],
  ["Nguyễn Thị", "Ánh 🎲"],
  ["İpek", "Işık"],
  ["محمد", "عبد الله"],
  ["יעל", "בן־דוד"],
  ["Renée", "Strauß"],
  ["X Æ", "Ng"],
  ["👩🏽‍🚀 Ada", "Null"],
  ["Мария-Луиза", "О'Коннор"],
];

/** Identifiers that a URL, a shell, a spreadsheet or a normalising database would change; every 40th player has one. */
const hardIds = [
  "crm/eu/7f3a",
  "../player_00001",
  "...",
  "player 00042 b",
  "player%2F00042",
  "100%",
  "🎰-lucky-7",
  "👨‍👩‍👧-0001",
  "игрок-17",
  "玩家_88",
  "لاعب-5",
  "שחקן 9",
  'the "whale"',
  "O'Brien, Pat",
  "back\\slash",
  "q?x=1&y=2#z",
  "semi;colon:colon",
  "+44 7700 900123",
  // Two names, byte for byte, of what looks like one.
  "caf\u00e9",
  "cafe\u0301",
  "PLAYER_00001",
  "__proto__",
  "null",
  `long-${"é".repeat(250)}`,
];

/** Numbers that regulators keep out of use, for films; Ofcom's serve every country that has none here. */
const fictionalPhones = {
  GB: { prefix: "+447700900", from: 0, to: 999, digits: 3 },
  IE: { prefix: "+35320910", from: 0, to: 9999, digits: 4 },
  US: { prefix: "+12025550", from: 100, to: 199, digits: 3 },
  FR: { prefix: "+3363998", from: 0, to: 9999, digits: 4 },
  SE: { prefix: "+46701740", from: 605, to: 699, digits: 3 },
};

const columns = [
  "external_id",
  "first_name",
  "last_name",
  "email",
  "country",
  "currency",
  "phone",
  "date_of_birth",
  "registration_date",
  "status",
  "vip_level",
];

const dice = new Faker({ locale: allLocales.en, seed });
const fakers = populations.map(
  ({ locale }, index) =>
    new Faker({ locale: [allLocales[locale], allLocales.en, allLocales.base], seed: seed + 1 + index }),
);
const rows = Array.from({ length: rowsCount }, (_, index) => player(index));
await publish(`${[columns, ...rows].map((cells) => cells.map(quote).join(",")).join("\n")}\n`);

/** The cells of one player, in the columns' order. */
function player(index) {
  const people = dice.helpers.weightedArrayElement(
    populations.map(({ share }, value) => ({ weight: share, value })),
  );
  const { country, currency } = populations[people];
  const drawn = [fakers[people].person.firstName(), fakers[people].person.lastName()];
  const [first, last] = index % 20 === 7 ? hardNames[Math.floor(index / 20) % hardNames.length] : drawn;
  const number = String(index + 1).padStart(5, "0");
  return [
    index % 40 === 11 && index < 40 * hardIds.length ? hardIds[Math.floor(index / 40)] : `player_${number}`,
    first,
    last,
    `${mailbox(first, last)}.${index + 1}@example.${dice.helpers.arrayElement(["com", "org", "net"])}`,
    country,
    currency,
    dice.number.float() < 0.05 ? "" : phone(country),
    dice.date.between({ from: bornFrom, to: bornTo }).toISOString().slice(0, 10),
    dice.date.between({ from: registeredFrom, to: registeredTo }).toISOString(),
    weighted({ active: 90, pending: 5, suspended: 3, closed: 2 }),
    weighted({ bronze: 60, silver: 20, gold: 10, platinum: 3, "": 7 }),
  ];
}

/** Only domains that RFC 2606 reserves, so that no one can ever be written to; its local part in plain ASCII. */
function mailbox(first, last) {
  const plain = `${first}.${last}`
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z.]/g, "")
    .replace(/\.+/g, ".");
  return plain.replace(/^\.|\.$/g, "") || "player";
}

function phone(country) {
  const { prefix, from, to, digits } = fictionalPhones[country] ?? fictionalPhones.GB;
  return `${prefix}${String(dice.number.int({ min: from, max: to })).padStart(digits, "0")}`;
}

function weighted(weights) {
  return dice.helpers.weightedArrayElement(
    Object.entries(weights).map(([value, weight]) => ({ value, weight })),
  );
}

/** RFC 4180: quotes only where a comma, a quote or a line's end asks for them. */
function quote(cell) {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

async function publish(text) {
  const file = new URL("../players.csv", import.meta.url);
  if (!process.argv.includes("--check")) return writeFile(file, text);
  if ((await readFile(file, "utf8").catch(() => undefined)) === text) return;
  console.error("players.csv is not what scripts/make-players.mjs makes: run it and commit the file.");
  process.exitCode = 1;
}
