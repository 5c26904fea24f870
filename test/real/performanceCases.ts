// Slowdowns and changes that slow nothing down, to be planted into real libraries. Data only.

export interface Library {
  readonly name: string;
  /** A script that uses the library for some tenths of a second; ends with another exit code when it does not work. */
  readonly bench: string;
}

const commander: Library = {
  name: 'commander.js',
  bench: `const { Command } = require('./');
let done = 0;
for (let i = 0; i < 900; i += 1) {
  const program = new Command();
  program.exitOverride().option('-a, --all').option('-b, --bee <x>').argument('<file>');
  program.action(() => { done += program.opts().all ? 1 : 0; });
  program.parse(['node', 'x', '-a', '--bee', '3', 'file' + i]);
}
if (done !== 900) process.exit(1);
`,
};

const express: Library = {
  name: 'express',
  bench: `const http = require('node:http');
const net = require('node:net');
const app = require('./')();
app.use((req, res, next) => { req.seen = req.get('host'); next(); });
app.get('/users/:id', (req, res) => res.status(200).json({ id: req.params.id, query: req.query, host: req.seen }));
let done = 0;
for (let i = 0; i < 250; i += 1) {
  const req = new http.IncomingMessage(new net.Socket());
  Object.assign(req, { method: 'GET', url: '/users/' + i + '?page=2', headers: { host: 'example.org' } });
  const res = new http.ServerResponse(req);
  const end = res.end;
  res.end = function (...args) { done += 1; return end.apply(this, args); };
  app.handle(req, res);
}
setImmediate(() => { if (done !== 250) process.exit(1); });
`,
};

const fastify: Library = {
  name: 'fastify',
  bench: `const app = require('./')();
const page = { type: 'object', properties: { id: { type: 'string' }, page: { type: 'string' } } };
app.get('/users/:id', { schema: { response: { 200: page } } }, (request, reply) => {
  reply.header('x-a', '1').send({ id: request.params.id, page: request.query.page });
});
(async () => {
  for (let i = 0; i < 120; i += 1) {
    const answer = await app.inject({ url: '/users/' + i + '?page=2' });
    if (answer.statusCode !== 200) process.exit(1);
  }
})();
`,
};

export const libraries = { commander, express, fastify };

/** What is done \`N\` times at the beginning of a function. */
const kinds = {
  loop: 'let slow = 0; for (let i = 0; i < N; i += 1) slow = (slow * 31 + i) % 1000003; if (slow < 0) throw slow;',
  json: 'for (let i = 0; i < N; i += 1) if (JSON.parse(JSON.stringify({ a: [1, 2, i], b: "text" })).a[2] !== i) throw i;',
  sort: 'for (let i = 0; i < N; i += 1) if ([7, 3, i, 9, 1].sort((a, b) => a - b).length !== 5) throw i;',
  concat: 'let slow = ""; for (let i = 0; i < N; i += 1) slow = (slow + i).slice(-40); if (slow === "x") throw slow;',
} as const;

export interface Slowdown {
  readonly library: Library;
  readonly path: string;
  /** The function as a profile names it, and the line that opens it. */
  readonly name: string;
  readonly opens: string;
  readonly work: string;
  /** How much longer the whole script takes, in percent. */
  readonly percent: number;
}

const slow = (
  library: Library,
  place: readonly [path: string, name: string, opens: string],
  kind: keyof typeof kinds,
  percent: number,
): Slowdown => ({ library, path: place[0], name: place[1], opens: place[2], work: kinds[kind], percent });

const c = (name: string, args: string) => ['lib/command.js', name, `  ${name}(${args}) {`] as const;
const places = {
  parseOptions: c('parseOptions', 'args'),
  addOption: c('addOption', 'option'),
  parseCommand: c('_parseCommand', 'operands, unknown'),
  opts: c('opts', ''),
  handle: ['lib/application.js', 'handle', 'app.handle = function handle(req, res, callback) {'],
  header: ['lib/request.js', 'header', 'req.header = function header(name) {'],
  send: ['lib/response.js', 'send', 'res.send = function send(body) {'],
  stringify: ['lib/response.js', 'stringify', 'function stringify (value, replacer, spaces, escape) {'],
  handleRequest: ['lib/handle-request.js', 'handleRequest', 'function handleRequest (err, request, reply) {'],
  preHandlerCallback: [
    'lib/handle-request.js',
    'preHandlerCallback',
    'function preHandlerCallback (err, request, reply) {',
  ],
  onSendHook: ['lib/reply.js', 'onSendHook', 'function onSendHook (reply, payload) {'],
  onSendEnd: ['lib/reply.js', 'onSendEnd', 'function onSendEnd (reply, payload) {'],
} as const;

export const slowdowns: readonly Slowdown[] = [
  slow(commander, places.parseOptions, 'loop', 20),
  slow(express, places.send, 'json', 50),
  slow(fastify, places.onSendHook, 'loop', 100),
  slow(commander, places.addOption, 'json', 30),
  slow(express, places.handle, 'sort', 20),
  slow(fastify, places.handleRequest, 'json', 200),
  slow(commander, places.parseCommand, 'sort', 50),
  slow(express, places.header, 'loop', 30),
  slow(fastify, places.preHandlerCallback, 'concat', 20),
  slow(commander, places.opts, 'concat', 300),
  slow(express, places.stringify, 'loop', 100),
  slow(fastify, places.onSendEnd, 'sort', 30),
  slow(commander, places.parseOptions, 'json', 100),
  slow(express, places.send, 'concat', 200),
  slow(fastify, places.handleRequest, 'loop', 50),
  slow(commander, places.addOption, 'sort', 20),
  slow(express, places.handle, 'json', 5),
  slow(commander, places.parseCommand, 'loop', 10),
  slow(fastify, places.onSendHook, 'sort', 10),
  slow(commander, places.opts, 'json', 5),
];

export interface Placebo {
  readonly library: Library;
  readonly path: string;
  readonly what: string;
  readonly change: (text: string) => string;
}

const remark = '// What is done here is done for every call, in the order in which it was asked for.\n';
const changes: Readonly<Record<string, (text: string) => string>> = {
  'a remark at the top': (text) => afterStrict(text, remark),
  'blank lines and remarks in functions': (text) => text.replaceAll(/^( +)return /gm, `\n$1${remark}$1return `),
  'a function that nobody calls': (text) =>
    `${text}\nfunction unusedHere(list) {\n  return list.map((entry) => entry * 2).filter((entry) => entry > 3);\n}\nvoid unusedHere;\n`,
  'a variable around a returned value': (text) =>
    text.replaceAll(/^( +)return this;?$/gm, '$1const self = this;\n$1return self;'),
  'remarks at the ends of lines': (text) => text.replaceAll(/^( +return .*[;)])$/gm, '$1 // done'),
};

function afterStrict(text: string, more: string): string {
  const strict = /^['"]use strict['"];?\n/m.exec(text);
  const at = strict === null ? 0 : strict.index + strict[0].length;
  return text.slice(0, at) + more.repeat(20) + text.slice(at);
}

const files: readonly (readonly [Library, string])[] = [
  [commander, 'lib/command.js'],
  [express, 'lib/response.js'],
  [fastify, 'lib/reply.js'],
  [express, 'lib/application.js'],
];

/** Four files in five ways. */
export const placebos: readonly Placebo[] = Object.entries(changes).flatMap(([what, change]) =>
  files.map(([library, path]) => ({ library, path, what, change })),
);
