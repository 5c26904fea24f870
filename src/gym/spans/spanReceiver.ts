// Runs around a command, in the sandbox with it: a local OTLP endpoint, told to the command by the standard variables of OpenTelemetry,
// and a file with what was sent. It reads none of it and never changes how the command ends.
import { shellQuote } from '../testRunner/reportFiles.ts';

/** Bytes of all requests of one run that are kept. */
const maxBytes = 64 * 1024 * 1024;
/** Milliseconds between two exports of a program that exports in batches, so that one that does not shut down loses little. */
const batchDelayMs = 100;
/** Milliseconds that requests under way get after the command has ended. */
const lastRequestsMs = 200;

const script = `
const { spawn } = require('node:child_process');
const { appendFileSync } = require('node:fs');
const { createServer } = require('node:http');
const [file, line] = process.argv.slice(1);
let kept = 0;
const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => { if (kept < ${maxBytes}) { kept += chunk.length; chunks.push(chunk); } });
  request.on('end', () => {
    const { 'content-type': type = '', 'content-encoding': encoding = '' } = request.headers;
    if (request.url === '/v1/traces' && kept < ${maxBytes})
      appendFileSync(file, [type, encoding, Buffer.concat(chunks).toString('base64')].join('\\t') + '\\n');
    response.writeHead(200, { 'content-type': type });
    response.end(type.includes('json') ? '{}' : '');
  });
});
server.listen(0, '127.0.0.1', () => {
  const url = 'http://127.0.0.1:' + server.address().port;
  const { ELECTRON_RUN_AS_NODE, NO_PROXY, no_proxy, ...inherited } = process.env;
  const local = [NO_PROXY ?? no_proxy, '127.0.0.1'].filter(Boolean).join(',');
  const env = {
    ...inherited,
    NO_PROXY: local,
    no_proxy: local,
    OTEL_SDK_DISABLED: 'false',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_TRACES_SAMPLER: 'always_on',
    OTEL_BSP_SCHEDULE_DELAY: '${batchDelayMs}',
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url + '/v1/traces',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
  };
  const child = spawn('/bin/sh', ['-c', line], { stdio: 'inherit', env });
  child.on('exit', (code, signal) => {
    const end = () => process.exit(code ?? 128 + (require('node:os').constants.signals[signal] ?? 0));
    setTimeout(end, ${lastRequestsMs});
  });
});
`;

/** The command line with the receiver around it, by the Node that this process runs on; what is sent goes to `file`. */
export const withSpanReceiver = (line: string, file: string): string =>
  ['ELECTRON_RUN_AS_NODE=1', ...[process.execPath, '-e', script, file, line].map(shellQuote)].join(' ');
