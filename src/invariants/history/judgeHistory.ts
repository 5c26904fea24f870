// Judges rules on every commit of a history without a checkout: each content is read and parsed once, and a commit costs what it
// changed. It counts what a check of that commit would have found.
import type * as z from 'zod';
import { BlobReader } from '../../gym/blobReader.ts';
import type { HistoryEvent, RuleHistory } from '../../protocol/ruleDocuments.ts';
import type { FactStore, FileRef } from '../facts/factStore.ts';
import { loadGrammars } from '../facts/grammars.ts';
import type { judgeHistorySchema } from '../messages.ts';
import type { Manifest } from '../packageManifest.ts';
import { isManifest, WorkspacePackages } from '../workspacePackages.ts';
import { counterOf, existence, type FileCounter } from './counters.ts';
import { PathResolver, stemOf } from './pathResolver.ts';

type Request = z.infer<typeof judgeHistorySchema>;
type Commit = Request['commits'][number];

const isConfig = (path: string): boolean => /(?:^|\/)[jt]sconfig[^/]*\.json$/.test(path);

export async function judgeHistory(
  request: Request,
  store: FactStore,
): Promise<{ rules: RuleHistory[]; blobs: number }> {
  await store.openDisk(request.cacheDirectory);
  await loadGrammars(request.rules);
  const reader = new BlobReader(request.repository);
  try {
    const counters = request.rules.map((rule) => ({ rule, counter: counterOf(rule) }));
    const active = counters.flatMap(({ counter }) => (typeof counter === 'string' ? [] : [counter]));
    const { blobs, configs } = await readContents(request, active, store, reader);
    if (reader.failure !== undefined) throw reader.failure;
    const followed = new Map(replay(request, active, configs, store).map((history) => [history.id, history]));
    const rules = counters.map(({ rule, counter }) => followed.get(rule.id) ?? notJudged(rule.id, String(counter)));
    return { rules, blobs };
  } finally {
    reader.close();
    await store.close();
  }
}

const notJudged = (id: string, notBacktested: string): RuleHistory => ({
  id,
  notBacktested,
  commits: 0,
  first: 0,
  now: 0,
  max: 0,
  unread: 0,
  events: [],
});

/** Makes the facts of every content that some rule speaks of at some commit. */
async function readContents(
  { start, commits, repository }: Request,
  counters: readonly FileCounter[],
  store: FactStore,
  reader: BlobReader,
) {
  const wanted = new Map<string, { file: FileRef; makers: Set<FileCounter> }>();
  const configs = new Map<string, string>();
  const configBlobs = new Set<string>();
  const note = (path: string, blob: string) => {
    if (isConfig(path) || isManifest(path)) configBlobs.add(blob);
    const key = `${blob}:${path.slice(path.lastIndexOf('.'))}`;
    for (const counter of counters) {
      if (counter.maker === existence || !counter.isSubject(path)) continue;
      const known = wanted.get(key);
      if (known === undefined) wanted.set(key, { file: { path, blob }, makers: new Set([counter]) });
      else known.makers.add(counter);
    }
  };
  for (const { path, blob } of start) note(path, blob);
  for (const { changes } of commits) for (const { path, blob } of changes) if (blob !== null) note(path, blob);
  for (const blob of configBlobs) configs.set(blob, new TextDecoder().decode(await reader.read(blob)));

  const work = [...wanted.values()].map(({ file, makers }) => ({
    file,
    makers: [...makers].map(({ maker, rule }) => ({ maker, rule: rule.id })),
  }));
  const read = async (blob: string) => await reader.read(blob);
  await store.prepareAll(work, { root: undefined, read, repository }, undefined);
  return { blobs: work.length, configs };
}

interface Followed {
  readonly counter: FileCounter;
  readonly counts: Map<string, number>;
  readonly unread: Set<string>;
  readonly events: HistoryEvent[];
  /** Files that look for a path, by the path without extension. */
  readonly lookedFor: Map<string, Set<string>>;
  subjects: number;
  total: number;
  first: number | undefined;
  max: number;
  commits: number;
}

function replay(
  { start, commits }: Request,
  counters: readonly FileCounter[],
  configs: ReadonlyMap<string, string>,
  store: FactStore,
): RuleHistory[] {
  const tree = new Map<string, string>();
  const resolver = new PathResolver({
    has: (path) => tree.has(path),
    config: (path) => configs.get(tree.get(path) ?? ''),
  });
  const text = (path: string) => configs.get(tree.get(path) ?? '');
  let packages: WorkspacePackages | undefined;
  let digest: string | undefined;
  const manifests = new Set<string>();
  const read = new Map<string, Manifest | undefined>();
  /** Most changes of a manifest are of versions, which lead nowhere else. */
  const readPackages = (): boolean => {
    packages = new WorkspacePackages([...manifests].sort(), { has: (path) => tree.has(path), text }, read);
    const before = digest;
    digest = packages.digest;
    return digest !== before;
  };
  const followed = counters.map(
    (counter): Followed => ({
      counter,
      counts: new Map(),
      unread: new Set(),
      events: [],
      lookedFor: new Map(),
      subjects: 0,
      total: 0,
      first: undefined,
      max: 0,
      commits: 0,
    }),
  );
  const apply = (changes: Commit['changes']) => {
    const moved: string[] = [];
    let isConfigured = false;
    let isDeclared = false;
    for (const { path, blob } of changes) {
      const isThere = tree.has(path);
      if (blob === null) tree.delete(path);
      else tree.set(path, blob);
      if (isThere !== (blob !== null)) moved.push(path);
      if (isConfig(path)) isConfigured = true;
      if (!isManifest(path)) continue;
      if (blob === null) manifests.delete(path);
      else manifests.add(path);
      isDeclared = true;
    }
    if (isDeclared && readPackages()) isConfigured = true;
    if (isConfigured) resolver.forgetConfigs(packages);
    for (const path of moved) resolver.forgetPath(path);
    for (const one of followed)
      update(
        one,
        changes.map(({ path }) => path),
        moved,
        isConfigured,
        tree,
        store,
        resolver,
      );
  };
  if (start.length > 0) apply(start);
  for (const commit of commits) {
    apply(commit.changes);
    for (const one of followed) noteCommit(one, commit);
  }
  return followed.map(({ counter, events, first, total, max, commits: spoken, unread }) => ({
    id: counter.rule.id,
    notBacktested: null,
    commits: spoken,
    first: first ?? 0,
    now: total,
    max,
    unread: unread.size,
    events,
  }));
}

function update(
  one: Followed,
  changed: readonly string[],
  moved: readonly string[],
  isConfigured: boolean,
  tree: ReadonlyMap<string, string>,
  store: FactStore,
  resolver: PathResolver,
): void {
  const again = new Set(changed.filter(one.counter.isSubject));
  if (one.counter.rule.kind === 'imports') {
    // A path that comes or goes changes what others' imports lead to.
    for (const path of moved)
      for (const stem of [stemOf(path), path]) for (const file of one.lookedFor.get(stem) ?? []) again.add(file);
    if (isConfigured) for (const path of one.counts.keys()) again.add(path);
  }
  for (const path of again) {
    const before = one.counts.get(path);
    const blob = tree.get(path);
    if (blob === undefined) {
      if (before === undefined) continue;
      one.counts.delete(path);
      one.subjects -= 1;
      one.total -= before;
      continue;
    }
    const counted = one.counter.count({ path, blob }, store, resolver);
    if (counted === undefined) one.unread.add(blob);
    const count = counted?.count ?? 0;
    for (const stem of counted?.stems ?? []) {
      const files = one.lookedFor.get(stem);
      if (files === undefined) one.lookedFor.set(stem, new Set([path]));
      else files.add(path);
    }
    if (before === undefined) one.subjects += 1;
    one.counts.set(path, count);
    one.total += count - (before ?? 0);
  }
}

function noteCommit(one: Followed, { id, time, subject }: Commit): void {
  const last = one.events.at(-1);
  // A rule that speaks of no file yet neither holds nor breaks; one over what may not exist holds from the start.
  if (one.subjects === 0 && last === undefined && one.counter.maker !== existence) return;
  one.commits += 1;
  one.first ??= one.total;
  one.max = Math.max(one.max, one.total);
  const before = last?.violations;
  if (before === one.total) return;
  const kind =
    before === undefined
      ? one.total === 0
        ? 'held'
        : 'broke'
      : one.total === 0
        ? 'repaired'
        : before === 0
          ? 'broke'
          : one.total > before
            ? 'worse'
            : 'better';
  one.events.push({ commit: id, time, subject, kind, violations: one.total });
}
