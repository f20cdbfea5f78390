import { defineRouteMiddleware } from "@astrojs/starlight/route-data";
import { operationOf, tagOf } from "./operations";

/** The table of contents of an operation names what we add to its page; a tag's page gets its tag's name. */
export const onRequest = defineRouteMiddleware(({ locals }) => {
  const route = locals.starlightRoute;
  const tag = tagOf(route.id);
  const title = tag?.name ?? (route.id === "reference" ? "API reference" : undefined);
  if (title !== undefined) {
    route.entry.data.title = title;
    const named = route.head.find((entry) => entry.tag === "title");
    if (named) named.content = `${title} | OneHazel`;
  }
  const operation = operationOf(route.id);
  if (operation === undefined || route.toc === undefined) return;
  const [top, ...rest] = route.toc.items;
  const added = [
    { depth: 2, slug: "samples", text: "Samples", children: [] },
    { depth: 2, slug: "try-it", text: "Try it", children: [] },
  ];
  if (top !== undefined) route.toc.items = [top, ...added, ...rest];
});
