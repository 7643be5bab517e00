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

  By token    ${content}/p/demo-tokens   (POST; charged for what it used)
${pay(`${content}/p/demo-tokens -d '{"model":"demo","stream":true,"messages":[{"role":"user","content":"Hello"}]}'`)}

  More to open in a browser
  A story     ${content}/p/demo-story    (streams in the page; runs dry, asks for a top-up, goes on)
  One hour    ${content}/p/demo-pass/weather
  Ten uses    ${content}/p/demo-bundle/weather
  Your price  ${content}/p/demo-tip

Ctrl-C stops everything.
`);
}
