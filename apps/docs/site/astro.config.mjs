import starlight from "@astrojs/starlight";
import { defineConfig } from "astro/config";
import starlightOpenAPI from "starlight-openapi";
import { sidebar } from "./sidebar.mjs";

/** Set behind the reference's renderer, which replaces what the site says of code and puts its styles last. */
const ourLook = {
  name: "our-look",
  hooks: {
    "config:setup": ({ config, updateConfig }) =>
      updateConfig({
        customCss: [...config.customCss, "./src/styles/theme.css", "./src/styles/reference.css"],
        expressiveCode: {
          themes: ["github-dark-default", "github-light-default"],
          useStarlightDarkModeSwitch: true,
          useStarlightUiThemeColors: true,
          removeUnusedThemes: false,
          styleOverrides: { borderRadius: "0.5rem", codeFontSize: "0.8125rem", codeLineHeight: "1.65" },
          minSyntaxHighlightingColorContrast: 6,
          defaultProps: { frame: "none" },
        },
      }),
  },
};

/** A table that is wider than the page scrolls by itself: a keyboard must be able to get into it. */
function focusableTables() {
  return function visit(node) {
    if (node.tagName === "table") node.properties = { ...node.properties, tabIndex: 0 };
    for (const child of node.children ?? []) visit(child);
  };
}

// Every page is a file of its own name, and scripts/finish makes its links relative: it opens from any host, under any path.
export default defineConfig({
  build: { format: "file", inlineStylesheets: "never" },
  trailingSlash: "never",
  markdown: { rehypePlugins: [focusableTables] },
  devToolbar: { enabled: false },
  vite: { build: { modulePreload: false, assetsInlineLimit: 0 } },
  integrations: [
    starlight({
      title: "OneHazel",
      description: "A self-hostable, multi-tenant operator data platform: guides and reference.",
      logo: { light: "./src/assets/mark-light.svg", dark: "./src/assets/mark-dark.svg" },
      favicon: "/favicon.svg",
      disable404Route: true,
      pagination: true,
      credits: false,
      tableOfContents: { minHeadingLevel: 2, maxHeadingLevel: 3 },
      components: {
        Head: "./src/components/Head.astro",
        MarkdownContent: "./src/components/MarkdownContent.astro",
        PageTitle: "./src/components/PageTitle.astro",
        Hero: "./src/components/Hero.astro",
        Footer: "./src/components/Footer.astro",
      },
      routeMiddleware: "./src/route.ts",
      plugins: [
        starlightOpenAPI([
          {
            base: "reference",
            schema: "../../../packages/spec/generated/openapi.json",
            sidebar: {
              label: "API reference",
              collapsed: true,
              operations: { badges: true, labels: "summary" },
            },
          },
        ]),
        ourLook,
      ],
      sidebar,
    }),
  ],
});
