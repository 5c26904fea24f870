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

const namesError = /\b(?:[A-Z]\w*)?(?:Error|Exception)\b[^:]*:|\bERROR: /;
/** What says that something failed and leaves the reason to the lines below. */
const saysNoReason = /\b(?:Transform|Build) failed with \d+ errors?|Failed to import test module/;
const isSource = /^\s*(?:throw|raise|console\.\w+\()|^\s*\d*\s*\|/;
const isFrame = /^\s+at\s/;
/** Lines around an error that can belong to it. */
const around = 8;

/**
 * Why a test file could not be loaded, from what was said of it; undefined where nothing names an error. What is missing, and the
 * file of the project that the failure points at, are parts of the signature: the same sentence is said of many mistakes.
 */
export function loadFailureOf(
  said: readonly string[],
  cwd: string,
): { message: string; signature: string } | undefined {
  const text = said
    .join('\n')
    .replaceAll(/(?:file:)?\/\/(?=\/)/g, '')
    .replaceAll(`${cwd}/`, '')
    .replaceAll(cwd, '.');
  const lines = text.split('\n');
  const errors = [...lines.keys()].filter((at) => {
    const isSourceLine = isSource.test(lines[at] ?? '') || /^\s*\^+\s*$/.test(lines[at + 1] ?? '');
    return namesError.test(lines[at] ?? '') && !isSourceLine;
  });
  const reasons = errors.filter((at) => !saysNoReason.test(lines[at] ?? ''));
  const named = reasons.length > 0 ? reasons : errors;
  // What is only printed has no stack.
  const thrown = named.find((at) => lines.slice(at + 1, at + 4).some((line) => isFrame.test(line)));
  const at = thrown ?? named[0];
  if (at === undefined) return undefined;
  const message = (lines[at] ?? '').trim();
  const [place] = framesOf(lines.slice(Math.max(0, at - around), at + around).join('\n'), cwd);
  return { message, signature: `${steady(message)} ${place?.path ?? ''}`.slice(0, 400) };
}

/** Without what differs from run to run: temporary paths, identifiers and numbers. */
const steady = (message: string): string =>
  message
    .replace(/\/(?:tmp|var\/folders)\/[^\s'"`)]+/g, '#')
    .replace(/\b(?=[0-9a-f-]*\d)[0-9a-f][0-9a-f-]{5,}\b/gi, '#')
    .replace(/\d+/g, '#');

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
