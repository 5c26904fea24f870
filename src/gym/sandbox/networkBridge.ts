// Runs inside the sandbox when some hosts are allowed: a local port that leads to the proxy's socket, and the command.
// It decides nothing; the proxy outside does.

const bridgePort = 3128;

/** Starts the command once the port is open, and ends as the command ends. */
const script = `
const { spawn } = require('node:child_process');
const net = require('node:net');
const [socket, line] = process.argv.slice(1);
const server = net.createServer((near) => {
  const far = net.connect(socket);
  near.pipe(far).pipe(near);
  for (const end of [near, far]) end.on('error', () => { near.destroy(); far.destroy(); });
});
server.listen(${bridgePort}, '127.0.0.1', () => {
  const url = 'http://127.0.0.1:${bridgePort}';
  const { ELECTRON_RUN_AS_NODE, ...inherited } = process.env;
  const env = { ...inherited, HTTP_PROXY: url, HTTPS_PROXY: url, http_proxy: url, https_proxy: url, NODE_USE_ENV_PROXY: '1' };
  const child = spawn('/bin/sh', ['-c', line], { stdio: 'inherit', env });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (require('node:os').constants.signals[signal] ?? 0)));
});
`;

/** The arguments that run a command line behind the bridge, with the Node that this process runs on. */
export const throughBridge = (line: string, socket: string): string[] => [
  '/usr/bin/env',
  'ELECTRON_RUN_AS_NODE=1',
  process.execPath,
  '-e',
  script,
  socket,
  line,
];
