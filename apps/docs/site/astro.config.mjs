import starlight from "@astrojs/starlight";
import { defineConfig } from "astro/config";
import starlightOpenAPI from "starlight-openapi";
import { sidebar } from "./sidebar.mjs";

// Every page is a file of its own name, and scripts/finish makes its links relative: it opens from any host, under any path.
export default defineConfig({
  build: { format: "file", inlineStylesheets: "never" },
  trailingSlash: "never",
  telemetry: false,
  devToolbar: { enabled: false },
  vite: { build: { modulePreload: false, assetsInlineLimit: 0 } },
  integrations: [
    starlight({
      title: "OneHazel",
      description: "A self-hostable, multi-tenant operator data platform: guides and reference.",
      logo: { light: "./src/assets/logo-light.svg", dark: "./src/assets/logo-dark.svg", replacesTitle: true },
      favicon: "/favicon.svg",
      customCss: ["./src/styles/theme.css", "./src/styles/reference.css"],
      disable404Route: true,
      pagination: true,
      credits: false,
      tableOfContents: { minHeadingLevel: 2, maxHeadingLevel: 3 },
      components: {
        Head: "./src/components/Head.astro",
        MarkdownContent: "./src/components/MarkdownContent.astro",
        PageTitle: "./src/components/PageTitle.astro",
        Footer: "./src/components/Footer.astro",
      },
      routeMiddleware: "./src/route.ts",
      expressiveCode: {
        themes: ["github-dark-default", "github-light-default"],
        styleOverrides: { borderRadius: "8px", codeFontSize: "0.84rem", frames: { shadowColor: "transparent" } },
        minSyntaxHighlightingColorContrast: 5.5,
      },
      plugins: [
        starlightOpenAPI([
          {
            base: "reference",
            schema: "../../../packages/spec/generated/openapi.json",
            sidebar: { label: "API reference", collapsed: true, operations: { badges: true, labels: "summary" } },
          },
        ]),
      ],
      sidebar,
    }),
  ],
});
