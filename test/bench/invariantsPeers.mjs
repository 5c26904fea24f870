// The peers of the invariants bench, each in a process of its own: dependency-cruiser's graph, and five rules by TypeScript's own
// parser. They are loaded from the folder they were installed into. Prints one JSON document.
//   node test/bench/invariantsPeers.mjs depcruise|typescript DIR PEERS
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [task, directory, peers] = process.argv.slice(2);
const root = resolve(directory);
const isScript = (path) => /\.[cm]?[jt]sx?$/.test(path);
const writes = ['create', 'update', 'upsert', 'delete', 'insert', 'destroy', 'save', 'bulkCreate', 'findOrCreate'];
const scripts = execFileSync('git', ['-c', 'core.quotePath=false', 'ls-files'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 1e9,
})
  .split('\n')
  .filter(isScript);
const answer = (found) => console.log(JSON.stringify({ ms: performance.now(), ...found }));

/** With type imports, and the repository's tsconfig. */
async function depcruise() {
  const at = (path) => pathToFileURL(join(resolve(peers), 'node_modules/dependency-cruiser/src', path)).href;
  const { cruise } = await import(at('main/index.mjs'));
  const { default: extractTsConfig } = await import(at('config-utl/extract-ts-config.mjs'));
  process.chdir(root);
  const tsConfig = extractTsConfig(join(root, 'tsconfig.json'));
  const tops = [...new Set(scripts.map((path) => path.split('/')[0]))];
  const options = {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
  };
  const { output } = await cruise(tops, options, undefined, { tsConfig });
  const edges = new Set();
  for (const { source, dependencies } of output.modules)
    for (const { resolved, couldNotResolve, coreModule } of dependencies)
      if (
        !couldNotResolve &&
        !coreModule &&
        isScript(source) &&
        isScript(resolved) &&
        !resolved.includes('node_modules')
      )
        edges.add(`${source} ${resolved}`);
  answer({ edges: [...edges] });
}

function typescript() {
  const ts = createRequire(join(resolve(peers), 'package.json'))('typescript');
  const places = [];
  const plain = (node) =>
    ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) || ts.isAsExpression(node)
      ? plain(node.expression)
      : node;
  const memberOf = (node) =>
    ts.isPropertyAccessExpression(node)
      ? node.name.text
      : ts.isElementAccessExpression(node) && ts.isStringLiteral(node.argumentExpression)
        ? node.argumentExpression.text
        : undefined;
  for (const path of scripts) {
    const source = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true);
    const add = (rule, node) => {
      const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
      places.push(`${rule} ${path}:${line + 1}:${character + 1}`);
    };
    const visit = (node) => {
      if (ts.isImportDeclaration(node) || (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined))
        add('imports', node);
      if (ts.isCallExpression(node)) {
        const callee = plain(node.expression);
        const name = memberOf(callee);
        if (name !== undefined && writes.includes(name)) add('writes', node);
        if (name !== undefined && plain(callee.expression).getText(source) === 'console') add('console', node);
        const [first] = node.arguments;
        const isImport =
          node.expression.kind === ts.SyntaxKind.ImportKeyword ||
          ['require', 'require.resolve'].includes(node.expression.getText(source));
        if (isImport && first !== undefined && ts.isStringLiteralLike(first)) add('dynamic', node);
      }
      if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
        const object = node.expression;
        if (
          ts.isPropertyAccessExpression(object) &&
          object.name.text === 'env' &&
          object.expression.getText(source) === 'process'
        )
          add('env', node);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  answer({ places });
}

if (task === 'depcruise') await depcruise();
else typescript();
