// Which way imports may run; docs/architecture.md says why. `$1` in a `to` is what the group in `from` matched.
const api = "^apps/api/src/";
/** A capability is a folder of apps/api/src that isn't one of these. */
const capability = `${api}(?!(?:http|testing|cli|telemetry)/)([^/]+)/`;
const test = ["\\.test(-d)?\\.ts$", "/src/testing/"];
const entry = [
  "/src/(main|admin|worker|index|quickstart)\\.ts$",
  "\\.config\\.(ts|mjs)$",
  "(^|/)scripts/",
  "^(apps|packages)/[^/]+/bin/",
  "^packages/spec/lint/",
  // Programs that guides show, each a way in.
  "^apps/docs/(snippets|generated)/",
  "/generated/",
  "\\.d\\.ts$",
];
/** A package, its types, and its bare name where it isn't installed. */
const npm = (name) => [`(^|/)node_modules/(@types/)?${name}/`, `^${name}(/|$)`];

const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });
const importedOnlyBy = (name, comment, pathNot, packages) =>
  forbid(name, comment, { path: "^(apps|packages)/", pathNot }, { path: packages.flatMap(npm) });

const everywhere = [
  forbid("no-cycles", "Files that need each other are one file, or miss a third.", {}, { circular: true }),
  forbid(
    "no-unresolved",
    "An import that resolves to nothing escapes every other rule here.",
    { pathNot: "/generated/" },
    // Scripts run on what is built; so before the first build it is not there.
    { couldNotResolve: true, pathNot: "/dist/" },
  ),
  forbid(
    "no-undeclared",
    "A package is declared by whoever imports it.",
    {},
    { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
  ),
  forbid(
    "no-dev-dependencies-in-source",
    "What runs may only need what is installed with it.",
    { path: "^(apps|packages)/[^/]+/src/", pathNot: test },
    { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
  ),
  forbid(
    "no-orphans",
    "Nobody imports it and it is no way in: it is dead.",
    { orphan: true, pathNot: [...test, ...entry] },
    {},
  ),
];

const libraries = [
  importedOnlyBy(
    "express-in-http",
    "Handlers never see a request or a response: Express stays in app.ts and http/.",
    [`${api}app\\.ts$`, `${api}http/`, `${api}testing/`],
    ["cors", "express", "express-serve-static-core", "express-openapi-validator"],
  ),
  importedOnlyBy(
    "knex-in-repositories",
    "Queries are written in repositories and in packages/db; its types too.",
    ["^packages/db/", "/repository\\.ts$"],
    ["knex"],
  ),
  importedOnlyBy(
    "pg-in-repositories",
    "Connections are opened in packages/db; the repository of a hot path may use one directly.",
    ["^packages/db/", "/repository\\.ts$"],
    ["pg"],
  ),
  importedOnlyBy(
    "queue-in-worker",
    "Capabilities know tasks and jobs, not the library that runs them.",
    ["^packages/db/src/queue\\.ts$", `${api}worker/`],
    ["graphile-worker"],
  ),
  importedOnlyBy(
    "limiter-in-rate-limit",
    "Who counts calls, where, and for which address is decided in one folder.",
    [`${api}http/rate-limit/`, `${api}testing/`],
    ["rate-limiter-flexible", "ioredis", "proxy-addr", "ipaddr.js"],
  ),
  importedOnlyBy(
    "metrics-and-traces-in-telemetry",
    "Everything else says what happened; telemetry/ knows to whom.",
    [`${api}telemetry/`],
    ["prom-client", "@opentelemetry/[^/]+"],
  ),
];

const capabilities = [
  forbid(
    "handlers-in-operations",
    "operations.ts is the one list of handlers.",
    { path: api, pathNot: [`${api}operations\\.ts$`, ...test] },
    { path: `${capability}handlers\\.ts$` },
  ),
  forbid(
    "handlers-through-service",
    "Handlers translate; what they need of the database their service fetches.",
    { path: `${capability}handlers\\.ts$` },
    { path: [`${capability}repository\\.ts$`, "^packages/db/"], dependencyTypesNot: ["type-only"] },
  ),
  forbid(
    "repository-is-the-floor",
    "A repository knows the database and nothing above it.",
    { path: `${capability}repository\\.ts$` },
    { path: `${api}$1/(handlers|service|tasks)\\.ts$` },
  ),
  forbid(
    "repository-knows-no-http",
    "A repository answers undefined; which error that is, its service says.",
    { path: `${capability}repository\\.ts$` },
    { path: `${api}http/`, dependencyTypesNot: ["type-only"] },
  ),
  forbid(
    "service-to-service",
    "Between capabilities a service asks a service: another's repository and handlers are its own business.",
    { path: capability, pathNot: test },
    { path: `${capability}(repository|handlers)\\.ts$`, pathNot: `${api}$1/` },
  ),
  forbid(
    "http-knows-no-capability",
    "What every request passes through knows no single capability.",
    { path: `${api}http/`, pathNot: test },
    { path: [capability, `${api}(main|app|operations|tasks)\\.ts$`] },
  ),
];

const standsAlone = (name, comment, but = "") =>
  forbid(
    `${name}-stands-alone`,
    comment,
    { path: `^packages/${name}/` },
    { path: `^(apps|packages)/(?!${name}/${but})` },
  );

const packages = [
  standsAlone("spec", "Everything else is derived from the spec."),
  standsAlone("crypto", "Cryptography knows no table and no HTTP."),
  standsAlone("fair-share", "Sharing among tenants knows no table and no HTTP."),
  standsAlone("db", "The database knows no capability.", "|fair-share/"),
  standsAlone(
    "sdk",
    "What a customer installs carries nothing of the server; the spec gives it types.",
    "|spec/",
  ),
  forbid(
    "sdk-tests-as-a-customer",
    "The SDK's tests also run against what is packed: they see what a customer sees.",
    { path: ["^packages/sdk/src/[^/]+\\.test\\.ts$", "^packages/sdk/src/testing/"] },
    { path: "^packages/sdk/src/(?!index\\.ts$|testing/)" },
  ),
  forbid(
    "cli-is-a-customer",
    "The command line can do what any customer can: it knows the SDK and nothing else of ours. Its tests start a server.",
    { path: "^packages/cli/", pathNot: test },
    { path: "^(apps|packages)/(?!cli/|sdk/)" },
  ),
];

export default {
  forbidden: [...everywhere, ...libraries, ...capabilities, ...packages],
  options: {
    // The docs' generator has a lockfile of its own, so what it imports is not installed here.
    exclude: { path: ["^(apps|packages)/[^/]+/(dist|coverage|\\.turbo|\\.snippets)/", "^apps/docs/site/"] },
    doNotFollow: { path: ["node_modules"] },
    // Types count as imports, and `./x.js` means `./x.ts`.
    tsPreCompilationDeps: true,
    // Our own packages resolve to their sources, so that the rules hold before the first build.
    tsConfig: { fileName: "tsconfig.imports.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "default"],
    },
  },
};
