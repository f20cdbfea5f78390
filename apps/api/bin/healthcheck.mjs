// Ends with 0 while the server of this container answers. For an image's HEALTHCHECK.
const port = process.env.PORT || "8080";
const { ok } = await fetch(`http://127.0.0.1:${port}/livez`, { signal: AbortSignal.timeout(2_000) });
process.exitCode = ok ? 0 : 1;
