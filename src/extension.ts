// The entry point of the extension. It registers and returns; everything heavy is loaded when it is first used.
import type * as vscode from 'vscode';
import { activateRatchet, type RatchetApi } from './vscode/activate.ts';

export function activate(context: vscode.ExtensionContext): RatchetApi {
  return activateRatchet(context);
}
