// Which files are tests, which are code, and which decide how work is judged.
import picomatch from 'picomatch';
import type { Finding } from '../../protocol/verdict.ts';
import type { TreeChange } from '../treeReader.ts';
import { findingOf } from './finding.ts';

const testGlobs = picomatch(
  [
    '**/*.{test,spec}.*',
    '**/{test,tests,__tests__,spec,testing}/**',
    '**/test_*.py',
    '**/*_test.{py,go}',
    '**/conftest.py',
    '**/{Test*,*Test,*Tests,*IT,*TestCase}.java',
    '**/src/test/**',
  ],
  { dot: true },
);
const code =
  /\.(?:[cm]?[jt]sx?|pyi?|go|rs|java|kts?|rb|php|cs|c|cc|cpp|h|hpp|sh|tf|sql|vue|svelte|swift|scala|ex|exs)$/;

export const isTestPath = (path: string): boolean => testGlobs(path);
export const isCodePath = (path: string): boolean => code.test(path);

/** Files that decide how work is judged, and what they are called in a finding. */
const judges: readonly (readonly [string, readonly string[]])[] = [
  ["Ratchet's own configuration", ['.ratchet/**']],
  [
    'continuous integration',
    [
      '.github/workflows/**',
      '.github/actions/**',
      '.gitlab-ci.yml',
      '.circleci/**',
      'Jenkinsfile',
      'azure-pipelines.yml',
      '.ci/**',
      '.travis.yml',
      '.husky/**',
      '.pre-commit-config.yaml',
      'lefthook.yml',
    ],
  ],
  [
    'the test runner',
    [
      '**/{vitest,jest,playwright,cypress,karma,ava,wdio,stryker}.{config,conf,workspace}.*',
      '**/.mocharc*',
      '**/.taprc',
      '**/pytest.ini',
      '**/tox.ini',
      '**/noxfile.py',
      '**/conftest.py',
      '**/{.config/nextest.toml,nextest.toml}',
      '**/junit-platform.properties',
    ],
  ],
  [
    'the coverage that is asked for',
    [
      '**/.{c8,nyc}rc*',
      '**/.coveragerc',
      '**/{codecov,.codecov}.{yml,yaml}',
      '**/tarpaulin.toml',
      '**/sonar-project.properties',
    ],
  ],
  [
    'the linter',
    [
      '**/{.eslintrc*,eslint.config.*,biome.json,biome.jsonc,.oxlintrc.json,oxlint.json,.eslintignore,ruff.toml,.ruff.toml,.golangci.*,clippy.toml,.clippy.toml,.flake8,.pylintrc,mypy.ini,.mypy.ini,pyrightconfig.json,checkstyle*.xml,pmd*.xml,spotbugs*.xml,deny.toml}',
    ],
  ],
];
const matchers = judges.map(([name, globs]) => ({ name, matches: picomatch([...globs], { dot: true }) }));

/** `conftest.py` holds fixtures as well as settings; its own rules look into it when nothing but tests use it. */
export function judgeFindings(changes: readonly TreeChange[]): Finding[] {
  return changes.flatMap(({ path, oldPath }) =>
    matchers.flatMap(({ name, matches }) => {
      const hit = [path, ...(oldPath === null ? [] : [oldPath])].find((candidate) => matches(candidate));
      return hit === undefined
        ? []
        : [
            findingOf({
              rule: 'gate-configuration',
              path: hit,
              message: `The change edits ${hit}, which configures ${name}.`,
            }),
          ];
    }),
  );
}
