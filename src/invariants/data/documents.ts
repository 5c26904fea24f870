// Files of data as values that a JSONPath can be asked of, with the places of those values. What cannot be read throws, and
// so is a problem of the rule.
import { basename } from 'node:path';
import { parseEnv } from 'node:util';
import { parse as parseToml } from 'smol-toml';
import { type Document, isNode as isYamlNode, parseAllDocuments } from 'yaml';
import type { DataSource } from '../../protocol/treeRules.ts';
import { readDockerfile } from './dockerfile.ts';
import type { DataDocument, Span } from './document.ts';
import { readHcl } from './hcl.ts';
import { readSql } from './sql.ts';

export type DataFormat = NonNullable<DataSource['format']>;

export function formatOf(path: string): DataFormat | undefined {
  const name = basename(path).toLowerCase();
  if (/^(?:dockerfile|containerfile)(?:\..*)?$|\.dockerfile$/.test(name)) return 'dockerfile';
  if (/^\.env(?:\..*)?$|\.env$/.test(name)) return 'env';
  if (/\.ya?ml$/.test(name)) return 'yaml';
  if (/\.(?:json|jsonc|json5|tfstate)$/.test(name)) return 'json';
  if (/\.toml$/.test(name)) return 'toml';
  if (/\.(?:tf|tfvars|hcl)$/.test(name)) return 'hcl';
  if (/\.sql$/.test(name)) return 'sql';
  if (/\.[cm]?[jt]sx?$/.test(name)) return 'script';
  return undefined;
}

export async function readDocuments(format: DataFormat, text: string): Promise<DataDocument[]> {
  switch (format) {
    case 'yaml':
      return readYaml(text);
    case 'json':
      return readYaml(withoutComments(text));
    case 'toml':
      return [{ value: parseToml(text), spanOf: () => undefined }];
    case 'env':
      return [
        {
          value: { ...parseEnv(text) },
          spanOf: ([name]) => lineOf(text, new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=.*$`, 'm')),
        },
      ];
    case 'hcl':
      return [await readHcl(text)];
    case 'sql':
      return [readSql(text)];
    case 'dockerfile':
      return [readDockerfile(text)];
    case 'script':
    case 'text':
      throw new Error(`A query needs data; ${format} is read by a selector or a regular expression.`);
  }
}

function readYaml(text: string): DataDocument[] {
  const documents: readonly Document.Parsed[] = [...parseAllDocuments(text)].flatMap((one) =>
    'contents' in one ? [one] : [],
  );
  return documents.map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(error.message.split('\n')[0] ?? error.message);
    return {
      value: document.toJS({ maxAliasCount: 1_000 }),
      spanOf: (location) => {
        const node = location.length === 0 ? document.contents : document.getIn(location, true);
        const range = isYamlNode(node) ? node.range : undefined;
        return range == null ? undefined : [range[0], range[1]];
      },
    };
  });
}

/** JSON as editors take it: comments become spaces, so that places stay. */
const withoutComments = (text: string): string =>
  text.replace(
    /("(?:\\.|[^"\\])*")|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (whole: string, literal: string | undefined) => literal ?? whole.replace(/[^\n]/g, ' '),
  );

function lineOf(text: string, line: RegExp): Span | undefined {
  const found = line.exec(text);
  return found === null ? undefined : [found.index, found.index + found[0].length];
}
