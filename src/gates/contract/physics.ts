// Physics: traces, metrics and logs of code that crosses a boundary.
import type { Change } from './change.ts';
import type { CodeFacts } from './facts.ts';
import {
  at,
  boundaryPlaces,
  failed,
  files,
  type Judged,
  notApplicable,
  onePerFile,
  passed,
  type Surroundings,
} from './item.ts';
import { instrument, isScriptPath, logCall, traceText } from './signs.ts';

export function tracing(change: Change, { facts, manifests }: Surroundings): Judged {
  const subjects = onePerFile(boundaryPlaces(change, facts));
  if (subjects.length === 0) return notApplicable('No new code crosses a boundary of the process.');
  const evidence: string[] = [];
  const missing = subjects.filter(({ path }) => {
    const way = wayToTraces(path, change, facts, manifests);
    if (way !== undefined) evidence.push(way);
    return way === undefined;
  });
  if (missing.length === 0) return passed('A trace crosses every boundary in the new code.', evidence);
  return failed(
    `No trace crosses the boundary in ${files(missing.length)}.`,
    missing.map(({ path, line, what }) => ({
      message: `Nothing makes a span where ${path} crosses a boundary, and no instrumentation does it everywhere: ${what}`,
      ...{ path, line },
    })),
    evidence,
  );
}

function wayToTraces(path: string, { sources }: Change, facts: CodeFacts, manifests: Surroundings['manifests']) {
  if (isScriptPath(path)) {
    const [auto] = facts.autoTraced;
    return facts.traced.get(path) ?? (auto === undefined ? undefined : at(auto));
  }
  if (traceText.test(sources.find((file) => file.path === path)?.text ?? '')) return `${path} names it itself`;
  const manifest = [...manifests].find(([, text]) => traceText.test(text));
  return manifest === undefined ? undefined : `${manifest[0]} brings an instrumentation`;
}

export function metrics(change: Change, { facts }: Surroundings): Judged {
  const subjects = onePerFile(boundaryPlaces(change, facts));
  if (subjects.length === 0) return notApplicable('No new code crosses a boundary of the process.');
  const found = change.sources.filter(({ text }) => instrument.test(text)).map(({ path }) => path);
  if (found.length > 0) return passed('Changed code records metrics.', found);
  return failed(
    'No changed code records a metric.',
    subjects.map(({ path, line, what }) => ({
      message: `Nothing is counted or measured where ${path} crosses a boundary: ${what}`,
      path,
      line,
    })),
  );
}

const isCommandLine = (path: string): boolean => /(?:^|\/)(?:cli|bin|cmd)\//.test(path);

export function logging(change: Change, { facts }: Surroundings): Judged {
  const prints = facts.prints.filter(({ path }) => !isCommandLine(path));
  if (prints.length > 0)
    return failed(
      `${prints.length} new ${prints.length === 1 ? 'line prints' : 'lines print'} instead of logging with fields.`,
      prints.map(({ path, line, what }) => ({ message: `Log through the logger, with fields: ${what}`, path, line })),
    );
  const found = change.sources.filter(({ text }) => logCall.test(text)).map(({ path }) => path);
  const subjects = onePerFile(boundaryPlaces(change, facts));
  if (subjects.length === 0) return notApplicable('No new line prints, and none crosses a boundary of the process.');
  if (found.length > 0) return passed('Changed code logs through a logger.', found);
  return failed(
    'New code crosses a boundary, and nothing that changed logs.',
    subjects.map(({ path, line, what }) => ({
      message: `Nothing is logged where ${path} crosses a boundary: ${what}`,
      path,
      line,
    })),
  );
}
