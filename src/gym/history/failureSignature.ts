// What makes two failures the same one: the kind of error and its first line, without what differs between two runs.
import { relativeTo } from '../testRunner/testResult.ts';

/** Numbers, quoted text, paths and structures vary with the code around; what is left names the failure. */
export function signatureOf(message: string): string {
  const line =
    message
      .split('\n')
      .map((text) => text.trim())
      .find((text) => text !== '') ?? '';
  return line
    .replace(/(["'`])(?:(?!\1).)*\1/g, '#')
    .replace(/(?:file:\/\/)?(?:[A-Za-z]:)?[\\/][^\s:)]+(?::\d+)*/g, '#')
    .replace(/[{[(].*[)\]}]/g, '#')
    .replace(/\b(?:0x)?[0-9a-f]*\d[0-9a-f]*(?:\.\d+)?\b/gi, '#')
    .replace(/-#/g, '#')
    .slice(0, 200);
}

/** An error of a language that loads tests as it runs; what a compiler says with a place, as Go does, or with a code, as Rust does. */
const namesError = /\b(?:[A-Z]\w*)?(?:Error|Exception)\b[^:]*:|^\S+\.\w+:\d+:\d+: |^error(?:\[\w+\])?: /;

/**
 * Why a test file could not be loaded, from what was said of it; undefined where nothing names an error. What is missing is a
 * part of the signature: a module that is not there yet is another failure than one that is gone.
 */
export function loadFailureOf(
  said: readonly string[],
  cwd: string,
): { message: string; signature: string } | undefined {
  const lines = said
    .join('\n')
    .replaceAll(/(?:file:)?\/\/(?=\/)/g, '')
    .replaceAll(`${cwd}/`, '')
    .split('\n');
  const message = lines.find((line) => namesError.test(line))?.trim();
  return message === undefined ? undefined : { message, signature: message.replace(/\d+/g, '#').slice(0, 300) };
}

/** Places in files of the project that a stack names, in its order. */
export function framesOf(stack: string, cwd: string): { path: string; line: number }[] {
  const frames: { path: string; line: number }[] = [];
  for (const [, file = '', line = ''] of stack.matchAll(/((?:file:\/\/)?[^\s()'"]+\.\w+):(\d+)(?::\d+)?/g)) {
    const path = relativeTo(cwd, file);
    if (path.startsWith('/') || /^(?:node:|[A-Za-z]:)/.test(path) || path.includes('node_modules/')) continue;
    const isKnown = frames.some((frame) => frame.path === path && frame.line === Number(line));
    if (!isKnown && Number(line) > 0) frames.push({ path, line: Number(line) });
  }
  return frames.slice(0, 20);
}
