// The person's rules for assistants, as the base tree has them: which files hold them, in which order, and how much of
// each is taken. They come from the repository, so what a candidate changes in them does not count.

import type { ProjectRules } from '../../protocol/policy.ts';
import { redactSecrets } from '../redact.ts';
import { charactersFor, tokensOf } from '../tokens.ts';

/** In the order in which they are taken while there is room. */
const places: readonly RegExp[] = [
  /^(?:\.claude\/)?CLAUDE\.md$/,
  /^AGENTS\.md$/,
  /^\.github\/copilot-instructions\.md$/,
  /^\.cursorrules$/,
  /^\.cursor\/rules\/.+\.mdc?$/,
  /^\.claude\/skills\/[^/]+\/SKILL\.md$/,
  /^(?!(?:.*\/)?(?:node_modules|vendor)\/).+\/(?:CLAUDE|AGENTS)\.md$/,
];

export const maxRuleTokens = 6_000;
const maxTokensOfFile = 2_500;
const maxFiles = 24;

/** Paths that hold rules, the most general first. */
export function rulePaths(paths: readonly string[]): string[] {
  const place = (path: string) => places.findIndex((pattern) => pattern.test(path));
  return paths
    .filter((path) => place(path) >= 0)
    .sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
    .slice(0, maxFiles);
}

export function rulesOf(paths: readonly string[], texts: ReadonlyMap<string, string>): ProjectRules {
  const rules: ProjectRules = [];
  let left = maxRuleTokens;
  for (const path of paths) {
    const text = redactSecrets(texts.get(path) ?? '').trim();
    // A pointer to another file, as `AGENTS.md` often is to `CLAUDE.md`, or the same file under two names.
    if (text === '' || rules.some((other) => other.text === text)) continue;
    const limit = charactersFor(Math.min(left, maxTokensOfFile));
    if (limit < 200) break;
    const kept = text.slice(0, limit);
    rules.push({ path, text: kept, truncated: kept.length < text.length });
    left -= tokensOf(kept);
  }
  return rules;
}
