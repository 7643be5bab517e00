// What a person reads when the instance is ready: where to go, how to sign in, and how to pay each demo link.

export function printWelcome({ env, login, port, gatewayPort, seconds }) {
  const app = env.APP_URL ?? `http://localhost:${port}`;
  const content = env.CONTENT_URL ?? `http://127.0.0.1:${gatewayPort}`;
  const pay = (line) => `    npm run -s pay -- ${line}`;
  process.stdout.write(`
Ready in ${seconds.toFixed(1)} s (TEST mode: real wire formats, no real money)

  Dashboard   ${app}/app
  Sign in     ${login.email} · ${login.password}

  Pay a link. In a browser: open it. As an agent:

  JSON        ${content}/p/demo-json
${pay(`${content}/p/demo-json`)}

  AI stream   ${content}/p/demo-chat   (POST)
${pay(`${content}/p/demo-chat -d '{"model":"demo","stream":true,"messages":[{"role":"user","content":"Hello"}]}'`)}

  File        ${content}/p/demo-file   (50 MB, Range)
${pay(`${content}/p/demo-file -o demo.bin`)}

Ctrl-C stops everything.
`);
}
