// A changelog is read by people who upgrade: no hashes of commits, and nothing about packages that only moved along.
module.exports = {
  getReleaseLine: async ({ summary }) => `- ${summary.trim().replaceAll("\n", "\n  ")}`,
  getDependencyReleaseLine: async (_, updated) =>
    updated.length === 0
      ? ""
      : `- With ${updated.map(({ name, newVersion }) => `${name} ${newVersion}`).join(", ")}`,
};
