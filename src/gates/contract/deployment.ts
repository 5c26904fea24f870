// Deployment: infrastructure that is declared, a pipeline that tests, and the way back.
import type { Change } from './change.ts';
import type { Place } from './facts.ts';
import {
  at,
  failed,
  type Judged,
  type Miss,
  notApplicable,
  onePerFile,
  passed,
  routes,
  type Surroundings,
} from './item.ts';
import { platformVariable, signsOf } from './signs.ts';

/** Variables that changed code reads and did not read before. */
function newVariables({ sources }: Change): Place[] {
  return sources.flatMap(({ path, before, added }) => {
    const { variable } = signsOf(path);
    const known = new Set(Array.from(before.matchAll(variable), ([, name]) => name));
    return [...added].flatMap(([line, text]) =>
      Array.from(text.matchAll(variable), ([, name = '']) => ({ path, line, what: name })).filter(
        ({ what }) => !known.has(what) && !platformVariable.test(what),
      ),
    );
  });
}

export function infrastructure(change: Change, { infrastructure: declared }: Surroundings): Judged {
  const variables = newVariables(change);
  if (variables.length + change.deployment.length === 0)
    return notApplicable('No new variable is read, and nothing changes that is deployed by a file of its own.');
  if (declared.size === 0)
    return failed('The repository declares no infrastructure.', [
      {
        message: `No file matches contract.infrastructureFiles, though the change needs it: ${[...change.deployment, ...variables.map(at)].join(', ')}`,
        ...(variables[0] ?? { path: change.deployment[0] ?? '' }),
      },
    ]);
  const evidence: string[] = [];
  const misses: Miss[] = [];
  for (const { path, line, what } of variables) {
    const found = [...declared].find(([, text]) => new RegExp(`(?<!\\w)${what}(?!\\w)`).test(text));
    if (found !== undefined) evidence.push(`${found[0]} declares ${what}`);
    else misses.push({ message: `${what} is read here and declared in no file of the infrastructure.`, path, line });
  }
  if (change.deployment.length > 0) {
    evidence.push(...change.infrastructure);
    if (change.infrastructure.length === 0)
      misses.push(
        ...change.deployment.map((path) => ({
          message: `${path} changes and no file of the infrastructure does.`,
          path,
        })),
      );
  }
  return misses.length === 0
    ? passed('What the change needs is declared.', evidence)
    : failed('Not everything that the change needs is declared.', misses, evidence);
}

const testStep = /\btests?\b|vitest|jest|playwright|pytest|go test|cargo test|gradlew? (?:check|build)|mvn\b.*\bverify/;

export function pipeline(change: Change, { pipelines }: Surroundings): Judged {
  if (change.sources.length + change.pipelines.length + change.deployment.length === 0)
    return notApplicable('Nothing changes that a pipeline would build or test.');
  for (const [path, text] of pipelines) {
    const line = text.split('\n').findIndex((one) => testStep.test(one.replace(/#.*$/, '')));
    if (line >= 0)
      return passed('A pipeline runs the tests. Whether it passed is known there; the tests gate runs them here.', [
        `${path}:${line + 1}`,
      ]);
  }
  const [path] = pipelines.keys();
  return failed(pipelines.size === 0 ? 'There is no pipeline.' : 'No pipeline runs the tests.', [
    { message: 'No pipeline of the repository runs the tests.', ...(path === undefined ? {} : { path }) },
  ]);
}

const rollbackWord = /\broll(?:ed|ing|s)?[ -]?back\b|\brevert(?:ing)? (?:a|the) (?:release|deploy)/i;

export function rollback(change: Change, { plans }: Surroundings): Judged {
  const subjects = [
    ...[...change.migrations, ...change.deployment, ...change.infrastructure].map((path) => ({
      path,
      line: 1,
      what: path,
    })),
    ...newVariables(change),
    ...routes(change.sources),
  ];
  if (subjects.length === 0) return notApplicable('Nothing changes that a release would have to take back by hand.');
  const documents = change.documents.flatMap(({ path, text, added }) => {
    const line = [...added.keys()].find((number) => rollbackWord.test(sectionOf(text, number)));
    return line === undefined ? [] : [`${path}:${line}`];
  });
  const evidence = [...plans.filter((plan) => plan.rollback !== '').map(({ path }) => path), ...documents];
  if (evidence.length > 0) return passed('How the change is taken back is written down in it.', evidence);
  return failed(
    'Nothing in the change says how it is taken back.',
    onePerFile(subjects).map(({ path, line }) => ({
      message: `Write down how ${path} is taken back: a rollback section in a document or in the plan, in the same change.`,
      ...{ path, line },
    })),
  );
}

/** The line and the headings that it stands under. */
function sectionOf(text: string, number: number): string {
  const lines = text.split('\n').slice(0, number);
  const heading = lines.findLast((line) => /^(?:#|=+ )/.test(line)) ?? '';
  return `${heading}\n${lines.at(-1) ?? ''}`;
}
