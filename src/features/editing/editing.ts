import * as vscode from 'vscode';
import { definitionSelector } from '../../platform/uris.ts';
import type { Subscription } from '../../state/observable.ts';
import { DefinitionLinks } from './links.ts';
import { PathCompletion } from './path-completion.ts';
import { ImageRename } from './rename.ts';

/** What helps while a definition is written: completion of paths, links, *Rename Symbol*. */
export function registerEditing(): Subscription[] {
  const { languages } = vscode;
  return [
    languages.registerCompletionItemProvider(definitionSelector, new PathCompletion(), ...PathCompletion.triggers),
    languages.registerDocumentLinkProvider(definitionSelector, new DefinitionLinks()),
    languages.registerRenameProvider(definitionSelector, new ImageRename()),
  ];
}
