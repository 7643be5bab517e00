// `next dev`, with the secret and the port of example.env: Next hands Node's own `--env-file` on in a way that Node refuses.
process.loadEnvFile("example.env");
process.argv.push("dev", "--webpack");
await import("next/dist/bin/next");
