// Comments that silence a judge. Only what stands in a comment counts where a file can be parsed; elsewhere its lines are read.
import type { Suppression } from './factSchemas.ts';

/** By the start of the comment's text, in lower case. */
export const directives = [
  '@ts-ignore',
  '@ts-expect-error',
  '@ts-nocheck',
  'eslint-disable',
  'biome-ignore',
  'oxlint-disable',
  'deno-lint-ignore',
  'tslint:disable',
  'prettier-ignore',
  'istanbul ignore',
  'c8 ignore',
  'v8 ignore',
  'node:coverage',
  'stryker disable',
  'ratchet-ignore',
  'nosonar',
];

const lineDirectives =
  /(?:#|\/\/|--|\/\*)\s*(noqa\b|type:\s*ignore|pyright:\s*(?:ignore|basic)|mypy:\s*(?:ignore-errors|disable-error-code)|pylint:\s*(?:disable|skip-file)|flake8:\s*noqa|ruff:\s*noqa|pragma:\s*no (?:cover|branch)|nolint\b|lint:(?:file-)?ignore\b|nosec\b|checkstyle:off|NOSONAR|NOPMD|noinspection\b|coverage:ignore|tarpaulin\b|shellcheck disable|rubocop:disable|tflint-ignore|checkov:skip|tfsec:ignore|trivy:ignore|@phpstan-ignore|phpcs:(?:ignore|disable)|ktlint-disable|swiftlint:disable)/i;

export const directiveIn = (comment: string): string | undefined => lineDirectives.exec(comment)?.[1]?.toLowerCase();

/** For languages that are read as text. */
export function textSuppressions(text: string): Suppression[] {
  return text.split('\n').flatMap((line, index) => {
    const directive = directiveIn(line);
    return directive === undefined ? [] : [{ directive, line: index + 1, text: line.trim().slice(0, 200) }];
  });
}
