// A change as the contract sees it: code of features, tests, what decides where it runs, and documents. Two trees in, lists out.
import picomatch from 'picomatch';
import { changedRegions, splitLines } from '../../gym/lines.ts';
import type { ContractConfig } from '../../protocol/contract.ts';
import type { GateContext } from '../gate.ts';
import { isCodePath, isTestPath } from '../integrity/judgingFiles.ts';
import { readText, type TreeChange } from '../treeReader.ts';

export interface ChangedFile {
  readonly path: string;
  readonly kind: 'added' | 'modified';
  readonly text: string;
  readonly before: string;
  /** Lines that are new or changed, by their number from 1. */
  readonly added: ReadonlyMap<number, string>;
}

export interface Change {
  readonly all: readonly TreeChange[];
  /** Code of features. Files whose change is blank lines and comments alone are not among them. */
  readonly sources: readonly ChangedFile[];
  readonly tests: readonly ChangedFile[];
  readonly documents: readonly ChangedFile[];
  /** Changed or deleted files by what they decide. */
  readonly migrations: readonly string[];
  readonly deployment: readonly string[];
  readonly infrastructure: readonly string[];
  readonly pipelines: readonly string[];
}

const matcher = (globs: readonly string[]) => picomatch([...globs], { dot: true });

export const isEndToEnd = matcher([
  '**/{e2e,e2e-tests,playwright,cypress,end-to-end}/**',
  '**/*.{e2e,cy,e2e-spec}.*',
  '**/*.e2e.{spec,test}.*',
  '**/*_e2e_test.go',
]);
export const isPipeline = matcher([
  '.github/workflows/*.{yml,yaml}',
  '.gitlab-ci.yml',
  '.circleci/config.yml',
  'azure-pipelines.yml',
  'Jenkinsfile',
  '**/cloudbuild*.{yml,yaml}',
]);
const isMigration = matcher(['**/{migrations,migration,migrate}/**', '**/supabase/migrations/**']);
const isDeployment = matcher([
  '**/{Dockerfile,Dockerfile.*,*.Dockerfile,Containerfile,Procfile}',
  '**/{docker-compose,compose}*.{yml,yaml}',
  '**/{app,fly,service,render,serverless,wrangler,vercel}.{yaml,yml,toml,json}',
  '**/{k8s,kubernetes,helm,charts,manifests}/**',
]);
const isDocument = (path: string): boolean =>
  /\.(?:mdx?|adoc|rst|txt)$/i.test(path) &&
  !path.startsWith('.ratchet/') &&
  !/(?:^|\/)(?:CHANGELOG|CHANGES|HISTORY)/i.test(path);
const isNoFeature = matcher([
  '**/*.d.{ts,mts,cts}',
  '**/*.{config,conf,stories}.*',
  '.*/**',
  '**/*.{tf,sql,css,scss,html}',
]);

export async function readChange(context: GateContext): Promise<Change> {
  const { files, baseTree, candidateTree, config } = context;
  const all = baseTree === candidateTree ? [] : await files.changed(baseTree, candidateTree);
  const isInfrastructure = matcher(config.contract.infrastructureFiles);
  const pathsOf = (matches: (path: string) => boolean) =>
    all.flatMap(({ path, oldPath }) => [path, ...(oldPath === null ? [] : [oldPath])]).filter(matches);
  const sources: ChangedFile[] = [];
  const tests: ChangedFile[] = [];
  const documents: ChangedFile[] = [];
  for (const change of all) {
    const list = listOf(change.path, config.contract);
    if (change.kind === 'deleted' || list === undefined) continue;
    const changed = await changedFile(change, context);
    if (changed === undefined) continue;
    if (list === 'sources' && isMeaningful(changed)) sources.push(changed);
    if (list === 'tests') tests.push(changed);
    if (list === 'documents') documents.push(changed);
  }
  return {
    ...{ all, sources, tests, documents },
    migrations: pathsOf(isMigration),
    deployment: pathsOf((path) => isDeployment(path) && !isTest(path)),
    infrastructure: pathsOf(isInfrastructure),
    pipelines: pathsOf(isPipeline),
  };
}

/** Runners are told of names of their own, such as `a.clienttest.ts`. */
const isTest = (path: string): boolean =>
  isTestPath(path) || isEndToEnd(path) || /\.\w*(?:test|spec)\.[cm]?[jt]sx?$/.test(path);

function listOf(path: string, { except }: ContractConfig): 'sources' | 'tests' | 'documents' | undefined {
  if (isDocument(path)) return 'documents';
  if (isMigration(path) || !isCodePath(path)) return undefined;
  if (isTest(path)) return 'tests';
  return isNoFeature(path) || isPipeline(path) || matcher(except)(path) ? undefined : 'sources';
}

async function changedFile(change: TreeChange, { files, baseTree, candidateTree }: GateContext) {
  const { path, oldPath, kind } = change;
  const text = await readText(files, candidateTree, path);
  if (text === undefined) return undefined;
  const before = kind === 'added' ? '' : ((await readText(files, baseTree, oldPath ?? path)) ?? '');
  const lines = splitLines(text);
  const regions = changedRegions(splitLines(before), lines);
  const numbers = regions.flatMap(({ newIndex, newCount }) =>
    Array.from({ length: newCount }, (_, offset) => newIndex + offset),
  );
  const added = new Map(numbers.map((index) => [index + 1, lines[index] ?? '']));
  return { path, kind: kind === 'added' ? ('added' as const) : ('modified' as const), text, before, added };
}

const isComment = (line: string): boolean => /^\s*(?:\/\/|#(?!\[|!)|\*|\/\*|--|"""|$)/.test(line);

/** Whether more than blank lines and comments differ. */
function isMeaningful({ text, before }: ChangedFile): boolean {
  const code = (whole: string) =>
    splitLines(whole)
      .filter((line) => !isComment(line))
      .map((line) => line.trim())
      .join('\n');
  return code(text) !== code(before);
}
