// What the gates said last, by file: the one source of problems, badges, lenses and actions. It judges nothing.
import * as vscode from 'vscode';
import type { ChangedRanges } from '../../protocol/cliDocuments.ts';
import type { Finding, Verdict } from '../../protocol/verdict.ts';
import type { Repository } from '../supervisor.ts';

export interface Judged {
  /** Changes whenever there is something new to say. */
  readonly key: string;
  readonly verdicts: readonly Verdict[];
  readonly changes: readonly ChangedRanges[];
}

/** An explicit check of the working copy, or else what was judged last in the run that is looked at. */
export function latestVerdicts({ view, check }: Repository): Judged | undefined {
  const judgement = view?.judgements.at(-1);
  if (check !== undefined && (judgement === undefined || view?.endedAt !== null))
    return { key: `check ${check.candidateTree}`, verdicts: check.verdicts, changes: check.changes };
  if (judgement === undefined) return undefined;
  return { key: `${view?.runId} ${view?.judgements.length}`, verdicts: judgement.verdicts, changes: [] };
}

/** Findings without a file are about the repository's configuration. */
const configPath = '.ratchet/config.yml';

export class Findings {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #root: string | undefined;
  #judged: Judged | undefined;
  #byPath = new Map<string, Finding[]>();

  get judged(): Judged | undefined {
    return this.#judged;
  }

  get byPath(): ReadonlyMap<string, readonly Finding[]> {
    return this.#byPath;
  }

  update(repository: Repository): void {
    const judged = latestVerdicts(repository);
    if (judged?.key === this.#judged?.key && repository.host.root === this.#root) return;
    this.#root = repository.host.root;
    this.#judged = judged;
    this.#byPath = new Map();
    for (const finding of judged?.verdicts.flatMap(({ findings }) => findings) ?? []) {
      const path = finding.path ?? configPath;
      this.#byPath.set(path, [...(this.#byPath.get(path) ?? []), finding]);
    }
    this.#changed.fire();
  }

  uriOf(path: string): vscode.Uri | undefined {
    return this.#root === undefined ? undefined : vscode.Uri.joinPath(vscode.Uri.file(this.#root), path);
  }

  /** Relative to the repository; undefined for a file outside of it. */
  pathOf(uri: vscode.Uri): string | undefined {
    const top = this.#root === undefined ? undefined : `${vscode.Uri.file(this.#root).path}/`;
    return uri.scheme === 'file' && top !== undefined && uri.path.startsWith(top)
      ? uri.path.slice(top.length)
      : undefined;
  }

  of(uri: vscode.Uri): readonly Finding[] {
    const path = this.pathOf(uri);
    return (path === undefined ? undefined : this.#byPath.get(path)) ?? [];
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

export function rangeOf({ range }: Finding): vscode.Range {
  if (range === undefined) return new vscode.Range(0, 0, 0, 0);
  return new vscode.Range(range.startLine - 1, range.startColumn - 1, range.endLine - 1, range.endColumn - 1);
}
