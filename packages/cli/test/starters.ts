/** Projects as their own starters make them (shortened), by path. */
export interface Starter {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
}

const json = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** `npx express-generator`: CommonJS, the server in `bin/www`. */
export const expressGenerator: Starter = {
  name: "express-generator",
  files: {
    "package.json": json({
      name: "app",
      version: "0.0.0",
      private: true,
      scripts: { start: "node ./bin/www" },
      dependencies: { express: "^5.1.0" },
    }),
    "app.js": `var express = require('express');
var path = require('path');

var indexRouter = require('./routes/index');

var app = express();

app.use(express.json());
app.use('/', indexRouter);

module.exports = app;
`,
    "routes/index.js": `var express = require('express');
var router = express.Router();

router.get('/', function(req, res, next) {
  res.send('Express');
});

module.exports = router;
`,
    "bin/www": `#!/usr/bin/env node
var app = require('../app');
var http = require('http');
http.createServer(app).listen(process.env.PORT || '3000');
`,
  },
};

/** The first page of Express's documentation, in TypeScript that Node runs. */
export const expressTypeScript: Starter = {
  name: "express, TypeScript",
  files: {
    "package.json": json({
      name: "app",
      type: "module",
      scripts: { dev: "node --watch src/index.ts" },
      dependencies: { express: "^5.1.0" },
    }),
    "tsconfig.json": json({
      compilerOptions: { module: "NodeNext", allowImportingTsExtensions: true, noEmit: true },
    }),
    "src/index.ts": `import express from "express";

const app = express();
const port = 4000;

app.get("/", (_req, res) => {
  res.send("Hello World!");
});

app.listen(port, () => console.log("listening"));
`,
  },
};

/** The first page of Fastify's documentation. */
export const fastifyModule: Starter = {
  name: "fastify, module",
  files: {
    "package.json": json({
      name: "app",
      type: "module",
      scripts: { start: "node server.js" },
      dependencies: { fastify: "^5.6.0" },
    }),
    "server.js": `import Fastify from 'fastify'
const fastify = Fastify({
  logger: true
})

fastify.get('/', async () => {
  return { hello: 'world' }
})

try {
  await fastify.listen({ port: 3000 })
} catch (err) {
  fastify.log.error(err)
  process.exit(1)
}
`,
  },
};

/** The same in CommonJS, where nothing can be waited for before the first route. */
export const fastifyCommonJs: Starter = {
  name: "fastify, CommonJS",
  files: {
    "package.json": json({ name: "app", dependencies: { fastify: "^5.6.0" } }),
    "index.js": `const fastify = require('fastify')({ logger: true })
fastify.get('/', async () => ({ hello: 'world' }))
fastify.listen({ port: 3000 })
`,
  },
};

/** `npm init fastify`: plugins and routes are found by their folders. */
export const fastifyCli: Starter = {
  name: "fastify-cli",
  files: {
    "package.json": json({
      name: "app",
      scripts: { start: "fastify start -l info app.js", dev: "fastify start -w -l info -P app.js" },
      dependencies: {
        "@fastify/autoload": "^6.0.0",
        fastify: "^5.6.0",
        "fastify-cli": "^7.4.0",
        "fastify-plugin": "^5.0.0",
      },
    }),
    "app.js": `'use strict'

const path = require('node:path')
const AutoLoad = require('@fastify/autoload')

// Pass --options via CLI arguments in command to enable these options.
const options = {}

module.exports = async function (fastify, opts) {
  fastify.register(AutoLoad, {
    dir: path.join(__dirname, 'plugins'),
    options: Object.assign({}, opts)
  })

  fastify.register(AutoLoad, {
    dir: path.join(__dirname, 'routes'),
    options: Object.assign({}, opts)
  })
}

module.exports.options = options
`,
    "plugins/support.js": `'use strict'

const fp = require('fastify-plugin')

module.exports = fp(async function (fastify, opts) {
  fastify.decorate('someSupport', function () {
    return 'hugs'
  })
})
`,
    "routes/root.js": `'use strict'

module.exports = async function (fastify, opts) {
  fastify.get('/', async function (request, reply) {
    return { root: true }
  })
}
`,
  },
};

/** `npx create-next-app`: TypeScript, app router. */
export const createNextApp: Starter = {
  name: "create-next-app",
  files: {
    "package.json": json({
      name: "app",
      scripts: { dev: "next dev", build: "next build", start: "next start" },
      dependencies: { next: "16.0.0", react: "19.2.0", "react-dom": "19.2.0" },
    }),
    "tsconfig.json": json({
      compilerOptions: { moduleResolution: "bundler", paths: { "@/*": ["./src/*"] } },
    }),
    "next.config.ts": "export default {};\n",
    "src/app/layout.tsx":
      "export default function Layout({ children }: { children: React.ReactNode }) {\n  return <html><body>{children}</body></html>;\n}\n",
    ".gitignore": "/node_modules\n/.next/\n.env*\n",
  },
};

/** `npm create cloudflare`, Hello World. */
export const createCloudflare: Starter = {
  name: "create-cloudflare",
  files: {
    "package.json": json({
      name: "app",
      scripts: { dev: "wrangler dev" },
      devDependencies: { wrangler: "^4.0.0" },
    }),
    "tsconfig.json": json({ compilerOptions: { module: "es2022", moduleResolution: "Bundler" } }),
    "wrangler.jsonc": `/**
 * For more details on how to configure Wrangler, refer to:
 * https://developers.cloudflare.com/workers/wrangler/configuration/
 */
{
\t"$schema": "node_modules/wrangler/config-schema.json",
\t"name": "app",
\t"main": "src/index.ts",
\t"compatibility_date": "2026-07-01",
\t"observability": {
\t\t"enabled": true
\t}
\t/**
\t * Environment Variables
\t */
\t// "vars": { "MY_VARIABLE": "production_variable" }
}
`,
    "src/index.ts": `export default {
\tasync fetch(request): Promise<Response> {
\t\treturn new Response("Hello World!");
\t},
} satisfies ExportedHandler;
`,
  },
};

/** The same with settings in TOML, in JavaScript. */
export const cloudflareToml: Starter = {
  name: "wrangler.toml",
  files: {
    "package.json": json({ name: "app", type: "module" }),
    "wrangler.toml": 'name = "app"\nmain = "worker.js"\ncompatibility_date = "2026-07-01"\n# [vars]\n',
    "worker.js": "export default { fetch: () => new Response('hi') };\n",
  },
};

export const starters: readonly Starter[] = [
  expressGenerator,
  expressTypeScript,
  fastifyModule,
  fastifyCommonJs,
  fastifyCli,
  createNextApp,
  createCloudflare,
  cloudflareToml,
];
