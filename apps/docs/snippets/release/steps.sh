# region steps
pnpm release:try       # all of it in a copy, up to the registry; CI does this each time
pnpm release:version   # raises versions, writes changelogs, keeps the specification: look at the diff and commit it
pnpm release:publish   # builds, publishes what npm does not have yet, tags
# endregion
