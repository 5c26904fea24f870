// The person's working copy as the editor has it, unsaved text included. Writes go through one WorkspaceEdit, so that
// they can be undone and what is open keeps its cursors.
import { diffChars, diffLines } from 'diff';
import * as vscode from 'vscode';
import type { Workspace, WorkspaceEdit } from '../host/api.ts';
import { failure, type Result, success } from '../protocol/result.ts';

export function editorWorkspace(root: string): Workspace {
  const uriOf = (path: string) => vscode.Uri.joinPath(vscode.Uri.file(root), path);
  return {
    unsaved: async () => {
      const unsaved = new Map<string, Uint8Array>();
      for (const document of vscode.workspace.textDocuments) {
        const path = relativePath(root, document.uri);
        if (document.isDirty && path !== undefined) unsaved.set(path, bytesOf(document));
      }
      return unsaved;
    },
    read: async (path) => await read(uriOf(path)),
    apply: async (edits) => await apply(edits, uriOf),
  };
}

/** Relative to the root with forward slashes; undefined for what lies elsewhere. */
export function relativePath(root: string, uri: vscode.Uri): string | undefined {
  if (uri.scheme !== 'file') return undefined;
  const prefix = vscode.Uri.file(root).path.replace(/\/$/, '');
  return uri.path.startsWith(`${prefix}/`) ? uri.path.slice(prefix.length + 1) : undefined;
}

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}

/** A document's text as it would be on disk: VS Code hides the byte order mark, which the file on disk still tells. */
const bytesOf = (document: vscode.TextDocument): Uint8Array => new TextEncoder().encode(document.getText());

async function read(uri: vscode.Uri): Promise<Uint8Array | undefined> {
  const document = openDocument(uri);
  if (document?.isDirty === true) return bytesOf(document);
  try {
    return await vscode.workspace.fs.readFile(uri);
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
    throw error;
  }
}

async function apply(edits: readonly WorkspaceEdit[], uriOf: (path: string) => vscode.Uri): Promise<Result<void>> {
  const edit = new vscode.WorkspaceEdit();
  const toSave: vscode.Uri[] = [];
  for (const { path, expected, content } of edits) {
    const uri = uriOf(path);
    const current = await read(uri);
    if (!same(current, expected)) return failure('stale', `${path} was changed meanwhile; nothing was written.`);
    if (content === undefined) edit.deleteFile(uri, { ignoreIfNotExists: true });
    else if (current === undefined) edit.createFile(uri, { contents: content, ignoreIfExists: false });
    else if (isText(current) && isText(content)) {
      // Text that nobody is typing in is saved at once; unsaved work of the person stays unsaved, and theirs.
      if (openDocument(uri)?.isDirty !== true) toSave.push(uri);
      const document = await vscode.workspace.openTextDocument(uri);
      for (const change of minimalEdits(document, decode(content))) edit.replace(uri, change.range, change.text);
    } else edit.createFile(uri, { contents: content, overwrite: true });
  }
  if (!(await vscode.workspace.applyEdit(edit)))
    return failure('stale', 'The editor refused the change, since a file was changed meanwhile.');
  for (const uri of toSave) {
    const document = openDocument(uri);
    if (document?.isDirty === true && !(await document.save()))
      return failure(
        'writeFailed',
        `${vscode.workspace.asRelativePath(uri)} was changed in the editor, but could not be saved.`,
      );
  }
  return await setModes(edits, uriOf);
}

/** VS Code has no API for the executable bit, and where there is none there is nothing to set. */
async function setModes(edits: readonly WorkspaceEdit[], uriOf: (path: string) => vscode.Uri): Promise<Result<void>> {
  const { chmod, stat } = await import('node:fs/promises');
  for (const { path, content, executable } of edits) {
    if (content === undefined || executable === undefined || process.platform === 'win32') continue;
    const { mode } = await stat(uriOf(path).fsPath);
    await chmod(uriOf(path).fsPath, executable ? mode | 0o111 : mode & ~0o111);
  }
  return success(undefined);
}

/** Replacements of changed lines only, so that cursors, folds and other decorations elsewhere stay. */
function minimalEdits(document: vscode.TextDocument, text: string): { range: vscode.Range; text: string }[] {
  const edits: { range: vscode.Range; text: string }[] = [];
  const before = document.getText();
  const wanted = before.startsWith('\uFEFF') ? text : text.replace(/^\uFEFF/, '');
  let offset = 0;
  const parts = before.length + wanted.length < 200 ? diffChars(before, wanted) : diffLines(before, wanted);
  for (const part of parts) {
    const at = document.positionAt(offset);
    if (part.added) edits.push({ range: new vscode.Range(at, at), text: part.value });
    else {
      const end = document.positionAt(offset + part.value.length);
      if (part.removed) edits.push({ range: new vscode.Range(at, end), text: '' });
      offset += part.value.length;
    }
  }
  return edits;
}

const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
const isText = (bytes: Uint8Array): boolean => !bytes.includes(0);

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === undefined || b === undefined ? a === b : a.length === b.length && a.every((byte, index) => byte === b[index]);
