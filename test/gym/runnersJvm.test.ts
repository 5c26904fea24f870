// Maven and Gradle on real projects, against the list that they write as plain text. Both fetch their plugins from a registry:
// where that cannot be reached, or a tool is not there, the tests say so.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describeRunner, isThere, type Statuses } from '../helpers/runnerCases.ts';

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.example</groupId><artifactId>sums</artifactId><version>1</version>
  <properties>
    <maven.compiler.source>11</maven.compiler.source><maven.compiler.target>11</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.13.2</version><scope>test</scope></dependency>
  </dependencies>
</project>
`;
const inClass = (name: string, body: string) =>
  `package org.example;\n\nimport org.junit.Assert;\nimport org.junit.Ignore;\nimport org.junit.Test;\n\npublic class ${name} {\n${body}}\n`;
const good = '  @Test public void good() {}\n';
const sums = 'src/test/java/org/example/SumsTest.java';
const other = 'src/test/java/org/example/OtherTest.java';

/** Fetches what a test run takes once; then the runs need no network. */
function whyNot(command: string, files: Readonly<Record<string, string>>, ...args: string[]): string | false {
  if (!isThere(command, '--version')) return `${command} is not installed`;
  const cwd = mkdtempSync(join(tmpdir(), 'ratchet-runner-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), text);
    }
    const ran = spawnSync(command, args, { cwd, stdio: 'ignore', timeout: 90_000 });
    return ran.status === 0 ? false : `${command} cannot fetch its plugins here`;
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

const mixed = {
  [sums]: inClass(
    'SumsTest',
    `${good}  @Test public void bad() { Assert.assertEquals("too large", 1, 2); }
  @Test public void breaks() { throw new IllegalStateException("é"); }
  @Ignore("later") @Test public void later() {}
  @Test public void assumes() { org.junit.Assume.assumeTrue(false); }
  @Test(expected = RuntimeException.class) public void throwsAsItShould() { throw new RuntimeException(); }
`,
  ),
  [other]: inClass('OtherTest', '  @Test public void alone() {}\n'),
};
const cases = {
  mixed,
  failed: { name: 'org.example.SumsTest > bad', file: sums, line: 9, message: 'too large' },
  broken: { [sums]: inClass('SumsTest', good), [other]: 'package org.example;\npublic class OtherTest {\n' },
  brokenBy: 'OtherTest',
  crash: {
    [sums]: inClass('SumsTest', `${good}  @Test public void zEnds() { System.exit(0); }\n`),
    [other]: mixed[other] ?? '',
  },
  hang: {
    [sums]: inClass('SumsTest', `${good}  @Test public void zHangs() { while (true) { Thread.onSpinWait(); } }\n`),
  },
  flaky: {
    [sums]: inClass(
      'SumsTest',
      `${good}  @Test public void flips() throws Exception { Assert.assertFalse("the first time", new java.io.File("seen").createNewFile()); }\n`,
    ),
  },
};

/** `good(org.example.SumsTest)  Time elapsed: 0 sec`, of Surefire's plain report. */
function surefireList(text: string): Statuses {
  const line = /^(\w+)\(([\w.]+)\)(?: {2}Time elapsed: [\d.]+ s(?:ec)?(?: {2}<<< (FAILURE|ERROR)!)?| (skipped).*)$/gm;
  return Object.fromEntries(
    [...text.matchAll(line)].map(([, name, suite, bad, skipped]) => [
      `${suite} > ${name}`,
      bad !== undefined ? 'failed' : skipped === undefined ? 'passed' : 'skipped',
    ]),
  );
}

describeRunner('Maven', {
  runner: 'maven',
  missing: whyNot('mvn', { 'pom.xml': pom, [sums]: inClass('SumsTest', good) }, '-q', '-B', 'test'),
  common: { 'pom.xml': pom },
  tests: { command: 'mvn -o -q -B test' },
  sandbox: { write: [join(homedir(), '.m2')] },
  ...cases,
  own: (run) => {
    run('mvn', '-o', '-q', '-B', 'test', '-Dsurefire.reportFormat=plain');
    return surefireList(run('sh', '-c', 'cat target/surefire-reports/*.txt'));
  },
  none: { 'src/main/java/org/example/Sums.java': 'package org.example;\npublic class Sums {}\n' },
  ofNone: 'unproven',
  hangSeconds: 12,
});

const build = `plugins { id 'java' }
repositories { mavenCentral() }
dependencies { testImplementation 'junit:junit:4.13.2' }
test { testLogging { events 'passed', 'failed', 'skipped' } }
`;
const gradle = {
  'build.gradle': build,
  'settings.gradle': "rootProject.name = 'sums'\n",
  '.gitignore': 'build\n.gradle\n',
};
/** Some versions print the class alone, some with its package. */
const withoutPackage = (name: string): string => name.replace(/^.*\.(?=\w+ > )/, '');

describeRunner('Gradle', {
  runner: 'gradle',
  missing: whyNot('gradle', { ...gradle, [sums]: inClass('SumsTest', good) }, '--no-daemon', '-q', 'test'),
  common: gradle,
  tests: { command: 'gradle --no-daemon --offline test' },
  sandbox: { write: [join(homedir(), '.gradle')] },
  ...cases,
  nameOf: withoutPackage,
  own: (run) => {
    const text = run('gradle', '--no-daemon', '--offline', 'cleanTest', 'test');
    const lines = [...text.matchAll(/^([\w.]+ > \w+)(?:\(\))? (PASSED|FAILED|SKIPPED)$/gm)];
    return Object.fromEntries(
      lines.map(([, name = '', word]) => [
        withoutPackage(name),
        word === 'PASSED' ? 'passed' : word === 'FAILED' ? 'failed' : 'skipped',
      ]),
    );
  },
  none: { 'src/main/java/org/example/Sums.java': 'package org.example;\npublic class Sums {}\n' },
  ofNone: 'unproven',
  hangSeconds: 30,
});
