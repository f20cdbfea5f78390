import { existsSync } from "node:fs";
import { openAPISidebarGroups } from "starlight-openapi";
import { document } from "../scripts/samples/spec.mjs";

const has = (slug) => existsSync(new URL(`src/content/docs/${slug}.md`, import.meta.url));
const guides = (...names) =>
  names.map((name) => ({ slug: `guides/${name}` })).filter(({ slug }) => has(slug));
const codes = document.components.schemas.ErrorCode.enum;

export const sidebar = [
  {
    label: "Start",
    items: [{ slug: "index", label: "What OneHazel is" }, ...guides("quickstart-curl", "quickstart-sdk")],
  },
  {
    label: "Guides",
    items: guides(
      "authentication",
      "templates",
      "entities",
      "events-and-states",
      "batch-and-imports",
      "idempotency",
      "rate-limits",
      "erasure-and-retention",
      "platform-partners",
      "testing",
    ),
  },
  {
    label: "SDK and command line",
    items: ["sdk", "cli"].map((name) => ({ slug: `packages/${name}` })),
  },
  {
    label: "Errors",
    collapsed: true,
    items: [...guides("errors"), ...codes.map((code) => ({ slug: `errors/${code.toLowerCase()}` }))],
  },
  ...openAPISidebarGroups,
  {
    label: "Running it",
    items: [
      ...guides("self-hosting"),
      ...["operations", "runbook", "scaling", "performance", "keys", "security", "versioning", "architecture"]
        .map((name) => ({ slug: `running/${name}` }))
        .filter(({ slug }) => has(slug)),
    ],
  },
];
