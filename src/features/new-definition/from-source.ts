import { dirname, relative, isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { newDefinitionText, suggestName, type NewSource } from '../../core/definition/writing/suggest.ts';
import { isAbort, toFailure } from '../../core/failure.ts';
import type { SourceAddress } from '../../core/engine.ts';
import type { SourceDescription } from '../../core/source/describe-source.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import { openNewDefinition, workspaceFolderForNew } from '../../platform/files/new-definition-file.ts';
import { withCancellableProgress } from '../../platform/prompts/progress.ts';
import { uriArgument } from '../../platform/files/uris.ts';
import { askAddress, askName, type FailedAddress } from './ask.ts';

/** Endings of files that may be images; others can be chosen too. */
const ENDINGS = ['qcow2', 'img', 'iso', 'raw', 'vmdk', 'vhd', 'vhdx', 'vdi', 'ova', 'xz', 'gz', 'bz2', 'zst'];

/**
 * *New Definition from File…*: the file of the explorer, or one that the user chooses, becomes a definition that plans to create its
 * image. Throws `Failure`.
 */
export async function newDefinitionFromFile(target: unknown, engines: EngineAccess): Promise<void> {
  const file = target === undefined ? await chooseFile() : uriArgument(target);
  if (file === undefined) return;
  // Beside a file of the explorer, where its path is short and the two move together.
  const beside = target === undefined ? undefined : vscode.Uri.file(dirname(file.fsPath));
  const folder = beside ?? (await workspaceFolderForNew());
  if (folder === 'declined') return;
  const description = await describe(engines, { kind: 'file', path: file.fsPath }, file.fsPath);
  const name = await askName(suggestName(file.fsPath));
  if (name === undefined) return;
  const source: NewSource = { kind: 'file', path: pathFrom(folder, file) };
  await openNewDefinition(folder, name, newDefinitionText(name, source, description));
}

/** *New Definition from URL…*: looks at what is there, and for a checksum beside it. Throws `Failure`. */
export async function newDefinitionFromUrl(engines: EngineAccess): Promise<void> {
  const found = await askUntilFound(engines);
  if (found === undefined) return;
  const { url, description } = found;
  const folder = await workspaceFolderForNew();
  if (folder === 'declined') return;
  const chosen = await chooseChecksum(description);
  if (chosen === 'declined') return;
  const name = await askName(suggestName(url));
  if (name === undefined) return;
  const source: NewSource = { kind: 'url', url, ...chosen };
  await openNewDefinition(folder, name, newDefinitionText(name, source, description));
}

/** Asks for an address, and again with what was typed and why it failed, until something is there. `undefined` if the user declined. */
async function askUntilFound(
  engines: EngineAccess,
): Promise<{ readonly url: string; readonly description: SourceDescription } | undefined> {
  for (let failed: FailedAddress | undefined; ;) {
    const url = await askAddress(failed);
    if (url === undefined) return undefined;
    try {
      return { url, description: await describe(engines, { kind: 'url', url }, url) };
    } catch (error) {
      if (isAbort(error)) throw error;
      failed = { address: url, why: toFailure(error).message };
    }
  }
}

async function describe(engines: EngineAccess, source: SourceAddress, name: string): Promise<SourceDescription> {
  return withCancellableProgress(`Inspecting ${name}`, (signal) =>
    engines.use((engine) => engine.describeSource(source, signal)),
  );
}

async function chooseFile(): Promise<vscode.Uri | undefined> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const chosen = await vscode.window.showOpenDialog({
    title: 'Image file to upload',
    openLabel: 'Use This File',
    ...(folder === undefined ? {} : { defaultUri: folder.uri }),
    filters: { ['Disk images']: ENDINGS, ['All files']: ['*'] },
  });
  return chosen?.[0];
}

/** Today's bytes, or whatever the publisher says on the day of the apply: both are right, for different images. */
async function chooseChecksum({ published }: SourceDescription): Promise<{ checksum?: string } | 'declined'> {
  if (published === undefined) return {};
  const { algorithm, hex } = published.checksum;
  const pinned = `${algorithm}:${hex}`;
  const chosen = await vscode.window.showQuickPick(
    [
      {
        label: "Pin today's checksum",
        description: `${algorithm}:${hex.slice(0, 16)}…`,
        detail: 'Reports a newer image as "upstream changed", with a quick fix',
        chosen: { checksum: pinned },
      },
      {
        label: 'Follow the publisher',
        description: published.url,
        detail: 'The next apply replaces the image with a newer one',
        chosen: { checksum: published.url },
      },
      { label: 'No checksum', detail: 'The download is not verified', chosen: {} },
    ],
    { title: 'A checksum is published beside the image', ignoreFocusOut: true },
  );
  return chosen?.chosen ?? 'declined';
}

/** Relative to the definition where it lies below it, so that the folder can move; with slashes, as definitions have them. */
function pathFrom(folder: vscode.Uri | undefined, file: vscode.Uri): string {
  const way = folder === undefined ? file.fsPath : relative(folder.fsPath, file.fsPath);
  const inside = folder !== undefined && !way.startsWith('..') && !isAbsolute(way);
  return inside ? way.replaceAll('\\', '/') : file.fsPath;
}
