// What is sent of the ranked files: in full, as an outline, or as a path, so that all of it fits the budget. Deterministic.

import type { RepoContext } from '../../protocol/policy.ts';
import { redactSecrets } from '../redact.ts';
import { charactersFor, tokensOf } from '../tokens.ts';
import { outlineOf } from './outline.ts';
import type { Ranked } from './rank.ts';
import { type Because, reasonsOf } from './reasons.ts';

type Excerpt = RepoContext['excerpts'][number];

/** Shares of the budget: what explains the project, text of the best files, outlines, and the rest for paths. */
const introductionShare = 0.1;
const wholeShare = 0.65;
const outlineShare = 0.88;
/** One file takes no more than this part of the budget. */
const fileShare = 0.3;
const maxExcerpts = 30;
const maxListed = 400;
/** What marks a file in the prompt costs about this much. */
const frameTokens = 30;
const introductions = [
  'README.md',
  'README.rst',
  'README',
  'package.json',
  'pyproject.toml',
  'go.mod',
  'Cargo.toml',
  'pom.xml',
  'build.gradle',
];

export interface Selection {
  readonly excerpts: Excerpt[];
  /** Paths, the most relevant first. */
  readonly files: string[];
  readonly tokens: number;
}

export async function select(
  ranked: readonly Ranked[],
  because: Because,
  budget: number,
  read: (paths: readonly string[]) => Promise<ReadonlyMap<string, string>>,
): Promise<Selection> {
  const { files } = because.indexed;
  const paths = ranked.map(({ place }) => files[place]?.path ?? '');
  const readable = ranked
    .filter(({ place, score }) => score > 0 && (files[place]?.facts.length ?? 0) > 0)
    .slice(0, maxExcerpts);
  const first = introductions
    .filter((path) => (files.find((file) => file.path === path)?.facts.length ?? 0) > 0)
    .slice(0, 2);
  const texts = await read([...first, ...readable.map(({ place }) => files[place]?.path ?? '')]);
  const excerpts: Excerpt[] = [];
  let tokens = 0;
  const add = (excerpt: Excerpt) => {
    tokens += tokensOf(excerpt.text) + tokensOf(excerpt.path) + frameTokens;
    excerpts.push(excerpt);
  };
  for (const path of first) {
    const text = redactSecrets(texts.get(path) ?? '');
    const limit = charactersFor((budget * introductionShare) / first.length);
    if (text !== '')
      add({
        path,
        text: text.slice(0, limit),
        truncated: text.length > limit,
        kind: 'part',
        reasons: ['it explains the project'],
      });
  }
  for (const entry of readable) {
    const file = files[entry.place];
    const text = redactSecrets(texts.get(file?.path ?? '') ?? '');
    if (file === undefined || text === '' || first.includes(file.path)) continue;
    const reasons = reasonsOf(entry, because);
    const { path } = file;
    const room = Math.min(budget * fileShare, budget * wholeShare - tokens) - frameTokens;
    if (tokensOf(text) <= room) {
      add({ path, text, truncated: false, kind: 'whole', reasons });
      continue;
    }
    const most = Math.min(budget * fileShare * 0.5, budget * outlineShare - tokens) - frameTokens;
    if (most < 60) break;
    const wanted = Math.max(60, Math.min(most, room > 60 ? room : budget * 0.03));
    const outline = outlineOf(text, file.facts.definitions, because.task.words, wanted);
    add({ path, text: outline.text, truncated: true, kind: outline.hasBodies ? 'part' : 'outline', reasons });
  }
  const listed: string[] = [];
  for (const path of paths) {
    const cost = tokensOf(`${path}\n`);
    if (listed.length >= maxListed || tokens + cost > budget) break;
    tokens += cost;
    listed.push(path);
  }
  return { excerpts, files: listed, tokens };
}
