// What the gates said last, by file: the one source of problems, badges, lenses and actions. It judges nothing.
import * as vscode from 'vscode';
import type { ChangedRanges } from '../../protocol/cliDocuments.ts';
import type { Finding, Verdict } from '../../protocol/verdict.ts';
import type { Repository } from '../supervisor.ts';
import { type LiveFindings, mergeFindings } from './mergeFindings.ts';

export interface Judged {
  /** Changes whenever there is something new to say. */
  readonly key: string;
  readonly verdicts: readonly Verdict[];
  readonly changes: readonly ChangedRanges[];
  /** False: it is about the proposal of a run. */
  readonly isOfWorkingCopy: boolean;
}

/** An explicit check of the working copy, or else what was judged last in the run that is looked at. */
export function latestVerdicts({ view, check }: Repository): Judged | undefined {
  const judgement = view?.judgements.at(-1);
  if (check !== undefined && (judgement === undefined || view?.endedAt !== null))
    return {
      key: `check ${check.candidateTree}`,
      ...{ verdicts: check.verdicts, changes: check.changes, isOfWorkingCopy: true },
    };
  if (judgement === undefined) return undefined;
  return {
    key: `${view?.runId} ${view?.judgements.length}`,
    ...{ verdicts: judgement.verdicts, changes: [], isOfWorkingCopy: false },
  };
}

/** Of one gate, those that the Test Explorer shows, in its order. */
export const shownFindings = ({ findings }: Verdict): Finding[] =>
  findings.filter(({ severity }) => severity === 'error').slice(0, 200);

/** Findings without a file are about the repository's configuration. */
const configPath = '.ratchet/config.yml';

export class Findings {
  /** With the file, where only what is said of it has changed. */
  readonly #changed = new vscode.EventEmitter<vscode.Uri | undefined>();
  readonly onDidChange = this.#changed.event;
  #root: string | undefined;
  #judged: Judged | undefined;
  #byPath = new Map<string, Finding[]>();
  /** By uri, what the rules say of the text in the editor. */
  readonly #live = new Map<string, LiveFindings>();

  get judged(): Judged | undefined {
    return this.#judged;
  }

  get all(): readonly Finding[] {
    return [...this.#byPath.values()].flat();
  }

  /** Files of which something is said. */
  get uris(): readonly vscode.Uri[] {
    const judged = [...this.#byPath.keys()].flatMap((path) => this.uriOf(path) ?? []);
    const known = new Set(judged.map(String));
    return [...judged, ...[...this.#live.keys()].filter((key) => !known.has(key)).map((key) => vscode.Uri.parse(key))];
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
    // A check knows better of files that nobody has open.
    if (judged?.isOfWorkingCopy === true) {
      const open = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.toString()));
      for (const key of this.#live.keys()) if (!open.has(key)) this.#live.delete(key);
    }
    this.#changed.fire(undefined);
  }

  /** @param live undefined where nothing is known of the text */
  setLive(uri: vscode.Uri, live: LiveFindings | undefined): void {
    const key = uri.toString();
    const before = JSON.stringify(this.of(uri));
    if (live === undefined) this.#live.delete(key);
    else this.#live.set(key, live);
    if (JSON.stringify(this.of(uri)) !== before) this.#changed.fire(uri);
  }

  /** Nothing is known of any text. */
  dropLive(): void {
    const known = [...this.#live.keys()];
    this.#live.clear();
    for (const key of known) this.#changed.fire(vscode.Uri.parse(key));
  }

  isLive(uri: vscode.Uri): boolean {
    return this.#live.has(uri.toString());
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
    const judged = (path === undefined ? undefined : this.#byPath.get(path)) ?? [];
    const live = this.#live.get(uri.toString());
    return live === undefined ? judged : mergeFindings(judged, live, this.#judged?.isOfWorkingCopy === true);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

export function rangeOf({ range }: Finding): vscode.Range {
  if (range === undefined) return new vscode.Range(0, 0, 0, 0);
  return new vscode.Range(range.startLine - 1, range.startColumn - 1, range.endLine - 1, range.endColumn - 1);
}
