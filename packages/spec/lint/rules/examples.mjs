/** Parameters, request bodies and answers show an example; that it fits its schema is Redocly's own rule. */
export function examples() {
  const check =
    (what) =>
    (node, { report, location }) => {
      const many = Object.keys(node.examples ?? {}).length;
      if (node.example === undefined && many === 0) report({ message: `${what} has an example.`, location });
    };
  return { Parameter: check("A parameter"), MediaType: check("A request body or an answer") };
}
