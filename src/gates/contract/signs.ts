// Signs in the text of code by which the contract tells what it does, for languages that the rule engine does not parse, and for
// what only a text tells. A sign is a reason to ask for something or a place to look at; the gate says which it found.

/** Packages through which a script crosses a boundary of the process. */
export const boundaryModules = [
  ...['node:http', 'node:https', 'node:http2', 'node:net', 'node:tls', 'node:dgram'],
  ...['axios', 'got', 'ky', 'undici', 'node-fetch', 'superagent', 'ws', 'nodemailer', 'stripe', 'openai'].map(npm),
  ...['pg', 'postgres', 'mysql2', 'mongodb', 'mongoose', 'redis', 'ioredis', 'better-sqlite3', 'knex', 'kysely'].map(
    npm,
  ),
  ...['typeorm', 'sequelize', 'drizzle-orm', 'kafkajs', 'amqplib', 'nats', '@prisma/client', '@temporalio/client'].map(
    npm,
  ),
  ...['@supabase/*', '@aws-sdk/*', '@google-cloud/*', '@azure/*', '@anthropic-ai/sdk', '@slack/*'].map(npm),
];
export const boundaryGlobals = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'];
/** Objects that lead out, by the names people give them. */
export const boundaryObjects = ['db', 'pool', 'prisma', 'supabase', 'redis', 'knex', 'database', 'queue', 'producer'];

/** Packages that make spans, and those that carry a trace over every boundary without a word in the code. */
export const tracePackages = ['@opentelemetry/**', '@opentelemetry/*', '@vercel/otel', '@sentry/*', 'dd-trace'].map(
  npm,
);
export const autoTracePackages = [
  ...['@opentelemetry/sdk-node', '@opentelemetry/auto-instrumentations-*', '@opentelemetry/instrumentation*'].map(npm),
  ...['@vercel/otel', '@fastify/otel', '@sentry/node', '@sentry/nextjs', '@sentry/nestjs', 'dd-trace', 'newrelic'].map(
    npm,
  ),
  ...['elastic-apm-node', '@temporalio/interceptors-opentelemetry'].map(npm),
];

function npm(name: string): string {
  return `npm:${name}`;
}

interface Signs {
  /** A line that crosses a boundary of the process. */
  readonly boundary: RegExp;
  readonly print: RegExp;
  readonly variable: RegExp;
}

const none = /(?!)/;
const noVariable = /(?!)/g;
const python: Signs = {
  boundary: /\b(?:requests|httpx|aiohttp|psycopg2?|asyncpg|sqlalchemy|redis|boto3|pika|kafka|urllib\.request)\b/,
  print: /(?<![\w.])print\(/,
  variable: /\bos\.(?:environ(?:\.get\(|\[)|getenv\()\s*['"](\w+)/g,
};
const go: Signs = {
  boundary:
    /"(?:net\/http|database\/sql|github\.com\/(?:jackc\/pgx|lib\/pq|redis|segmentio\/kafka-go)[^"]*|net)"|\bhttp\.(?:Get|Post|NewRequest|Do)\b|\.(?:QueryContext|ExecContext)\(/,
  print: /\bfmt\.Print(?:ln|f)?\(|(?<![\w.])println\(/,
  variable: /\bos\.(?:Getenv|LookupEnv)\("(\w+)"/g,
};
const rust: Signs = {
  boundary: /\b(?:reqwest|hyper|sqlx|tokio_postgres|redis|rdkafka|tonic)::/,
  print: /\be?println!\(/,
  variable: /\benv::var(?:_os)?\("(\w+)"/g,
};
const java: Signs = {
  boundary: /\b(?:HttpClient|RestTemplate|WebClient|JdbcTemplate|DriverManager|EntityManager|KafkaTemplate)\b/,
  print: /\bSystem\.(?:out|err)\.print/,
  variable: /\bSystem\.getenv\("(\w+)"/g,
};
const script: Signs = {
  // These are found in the syntax tree.
  ...{ boundary: none, print: none },
  variable: /\bprocess\.env(?:\?\.|\.|\[['"])([A-Z]\w*)/g,
};
const byExtension: Readonly<Record<string, Signs>> = { py: python, go, rs: rust, java, kt: java };

export const isReadable = (path: string): boolean => isScriptPath(path) || byExtension[extensionOf(path)] !== undefined;
export const isScriptPath = (path: string): boolean => /\.[cm]?[jt]sx?$/.test(path);
export const signsOf = (path: string): Signs =>
  isScriptPath(path)
    ? script
    : (byExtension[extensionOf(path)] ?? { boundary: none, print: none, variable: noVariable });

const extensionOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

/** A line that opens a way in. */
export const routeLine =
  /\b(?:app|fastify|server|router|api|instance)\s*\.\s*(?:get|post|put|patch|delete|route|all)\s*(?:<[^>]*>)?\(\s*(?:['"`/{])|^\s*@(?:\w+\.)?(?:route|get|post|put|patch|delete|Get|Post|Put|Patch|Delete|(?:Get|Post|Put|Patch|Delete|Request)Mapping)\(|\bHandleFunc\(/;
/** A file that is a way in by its place. */
export const routeFile = /(?:^|\/)(?:app\/(?:.*\/)?(?:route|page)\.[jt]sx?|pages\/.*\.[jt]sx?)$/;

export const logCall =
  /\b(?:log|logger|\w*[lL]ogger|slog|request\.log|req\.log|app\.log|this\.log)\s*\??\.\s*(?:trace|debug|info|warn|warning|error|fatal|exception|Info|Error|Warn|Debug)\s*\(|\btracing::(?:info|warn|error|debug)!|\b(?:info|warn|error|debug)!\(/;
export const instrument =
  /\bcreate(?:Counter|Histogram|UpDownCounter|Gauge|Observable\w+)\(|\bnew (?:\w+\.)?(?:Counter|Histogram|Gauge|Summary)\(|\bprometheus_client\b|\bpromauto\.|\.create_(?:counter|histogram|up_down_counter|gauge)\(|\b(?:counter|histogram|gauge)!\(|\bMeterRegistry\b|\b\w*(?:[cC]ounter|[hH]istogram|[gG]auge)\.(?:add|record|inc|observe)\(/;
export const traceText = /opentelemetry|ddtrace|dd-trace|sentry|\botel\b|micrometer-tracing|newrelic/i;

/** A test that goes over a boundary: requests, a real database, a workflow that is replayed. */
export const boundaryTest =
  /\.inject\(|\b(?:server|app|client|api|agent|request)\.(?:get|post|put|patch|delete|request)\(|supertest|testcontainers|TestWorkflowEnvironment|createTestingModule|httptest\.|TestClient\(|createServer\(|\.listen\(|msw\/node|setupServer|pg-mem|PGlite|MongoMemoryServer|DATABASE_URL|docker.?compose|MockMvc|@SpringBootTest|\bfetch\(/;
export const boundaryTestPath = /(?:^|[/._-])(?:integration|int|e2e|contract)(?:[/._-]|$)/i;

/** Variables that the platform sets, or that no deployment needs. */
export const platformVariable =
  /^(?:NODE_ENV|NODE_OPTIONS|PORT|HOST|HOSTNAME|HOME|PATH|PWD|USER|SHELL|TZ|CI|DEBUG|LANG|TMPDIR|TEMP|EDITOR|NEXT_RUNTIME|VITEST|K_SERVICE|K_REVISION|VERCEL\w*|GITHUB_\w+|XDG_\w+)$/;
