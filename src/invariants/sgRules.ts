// Rules that a repository wrote for ast-grep, as its `sgconfig.yml` names them. What cannot be taken over is a problem, since a
// rule that is left out in silence would look as if it held.
import { posix } from 'node:path';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { type PatternRule, patternRuleSchema } from '../protocol/codeRules.ts';

export interface SgFiles {
  readonly paths: readonly string[];
  readonly read: (path: string) => Promise<string | undefined>;
}

interface SgRules {
  readonly rules: PatternRule[];
  readonly problems: { readonly path: string; readonly line: number; readonly message: string }[];
}

const configSchema = z.object({ ruleDirs: z.array(z.string()).min(1), utilDirs: z.array(z.string()).default([]) });
const sgRuleSchema = z.object({
  id: z.string().min(1),
  language: z.string(),
  message: z.string().default(''),
  note: z.string().default(''),
  severity: z.enum(['hint', 'info', 'warning', 'error', 'off']).default('hint'),
  rule: z.record(z.string(), z.unknown()),
  constraints: z.record(z.string(), z.unknown()).optional(),
  utils: z.record(z.string(), z.unknown()).optional(),
  files: z.array(z.string()).optional(),
  ignores: z.array(z.string()).default([]),
  fix: z.unknown().optional(),
});

const languages: Readonly<Record<string, readonly [PatternRule['language'], string]>> = {
  typescript: ['ts', '**/*.{ts,mts,cts}'],
  ts: ['ts', '**/*.{ts,mts,cts}'],
  tsx: ['tsx', '**/*.tsx'],
  javascript: ['js', '**/*.{js,mjs,cjs,jsx}'],
  js: ['js', '**/*.{js,mjs,cjs,jsx}'],
  html: ['html', '**/*.html'],
  css: ['css', '**/*.css'],
  python: ['python', '**/*.py'],
  go: ['go', '**/*.go'],
  rust: ['rust', '**/*.rs'],
  java: ['java', '**/*.java'],
  c: ['c', '**/*.{c,h}'],
  cpp: ['cpp', '**/*.{cpp,cc,cxx,hpp,hh,hxx}'],
  csharp: ['csharp', '**/*.cs'],
  ruby: ['ruby', '**/*.rb'],
  php: ['php', '**/*.php'],
  lua: ['lua', '**/*.lua'],
  bash: ['bash', '**/*.{sh,bash}'],
  hcl: ['hcl', '**/*.{tf,hcl}'],
  json: ['json', '**/*.json'],
  yaml: ['yaml', '**/*.{yml,yaml}'],
};

export async function loadSgRules(configPath: string, { paths, read }: SgFiles): Promise<SgRules> {
  const found: SgRules = { rules: [], problems: [] };
  const problem = (path: string, message: string, line = 1) => found.problems.push({ path, line, message });
  const text = await read(configPath);
  if (text === undefined) problem(configPath, `sgconfig ${configPath} is not there.`);
  const config = configSchema.safeParse(text === undefined ? undefined : firstDocument(text));
  if (text !== undefined && !config.success) problem(configPath, `${configPath} names no ruleDirs.`);
  if (!config.success) return found;
  if (config.data.utilDirs.length > 0) problem(configPath, 'utilDirs are not read; write utilities into the rules.');
  const folders = config.data.ruleDirs.map((folder) => posix.join(posix.dirname(configPath), folder, '/'));
  const files = paths.filter((path) => /\.ya?ml$/.test(path) && folders.some((folder) => path.startsWith(folder)));
  if (files.length === 0) problem(configPath, `The ruleDirs of ${configPath} hold no rule.`);
  for (const path of files.sort()) {
    const content = (await read(path)) ?? '';
    for (const document of parseAllDocuments(content)) {
      if (!('contents' in document)) continue;
      const line = content.slice(0, document.range?.[0] ?? 0).split('\n').length;
      const [error] = document.errors;
      const parsed = error === undefined ? sgRuleSchema.safeParse(document.toJS()) : undefined;
      if (parsed?.success !== true) {
        problem(
          path,
          error?.message.split('\n')[0] ?? parsed?.error?.issues[0]?.message ?? 'not a rule of ast-grep',
          line,
        );
        continue;
      }
      const taken = takeOver(parsed.data, path);
      if (typeof taken === 'string') problem(path, taken, line);
      else if (taken !== undefined) found.rules.push(taken);
    }
  }
  return found;
}

/** Undefined for a rule that is switched off; a text when it cannot be taken over. */
function takeOver(rule: z.infer<typeof sgRuleSchema>, path: string): PatternRule | string | undefined {
  if (rule.severity === 'off') return undefined;
  const language = languages[rule.language.toLowerCase()];
  if (language === undefined) return `${rule.id}: ${rule.language} is not a language that rules can speak of.`;
  const parsed = patternRuleSchema.safeParse({
    kind: 'pattern',
    id: `sg/${rule.id
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')}`,
    message: rule.message || rule.id,
    rationale: rule.note || `A rule of ast-grep, from ${path}.`,
    severity: rule.severity === 'hint' ? 'info' : rule.severity,
    provenance: path,
    language: language[0],
    files: rule.files ?? [language[1]],
    except: rule.ignores,
    rule: rule.rule,
    ...(rule.constraints === undefined ? {} : { constraints: rule.constraints }),
    ...(rule.utils === undefined ? {} : { utils: rule.utils }),
    ...(typeof rule.fix === 'string' ? { fix: { replace: rule.fix } } : {}),
  });
  return parsed.success ? parsed.data : `${rule.id}: ${parsed.error.issues[0]?.message ?? 'cannot be taken over'}`;
}

function firstDocument(text: string): unknown {
  const [first] = parseAllDocuments(text);
  return first !== undefined && 'contents' in first && first.errors.length === 0 ? first.toJS() : undefined;
}
