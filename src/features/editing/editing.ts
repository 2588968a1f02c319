import * as vscode from 'vscode';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import type { NamedSecrets } from '../../platform/memory/secrets.ts';
import { definitionSelector } from '../../platform/files/uris.ts';
import type { CloudKnowledge } from '../../state/clouds/cloud-knowledge.ts';
import type { Subscription } from '../../state/observable.ts';
import { DefinitionLinks } from './links.ts';
import { PathCompletion } from './path-completion.ts';
import { NameCompletion } from './name-completion.ts';
import { ImageRename } from './rename.ts';
import { ValueCompletion } from './value-completion.ts';
import { ValueHover } from './value-hover.ts';

export interface EditingOptions {
  readonly engines: EngineAccess;
  readonly knowledge: CloudKnowledge;
  readonly secrets: NamedSecrets;
}

/** What helps while a definition is written: completion of paths and of what its cloud has, hover, links, *Rename Symbol*. */
export function registerEditing({ engines, knowledge, secrets }: EditingOptions): Subscription[] {
  const { languages } = vscode;
  const clouds = async (file: string): Promise<readonly { readonly name: string; readonly origin: string }[]> =>
    (await engines.use((engine) => engine.clouds(file))).clouds;
  const values = new ValueCompletion({ knowledge, clouds, secrets: () => secrets.names() });
  return [
    languages.registerCompletionItemProvider(definitionSelector, new PathCompletion(), ...PathCompletion.triggers),
    languages.registerCompletionItemProvider(
      definitionSelector,
      new NameCompletion(knowledge),
      ...NameCompletion.triggers,
    ),
    languages.registerCompletionItemProvider(definitionSelector, values, ...ValueCompletion.triggers),
    languages.registerHoverProvider(definitionSelector, new ValueHover(knowledge)),
    languages.registerDocumentLinkProvider(definitionSelector, new DefinitionLinks()),
    languages.registerRenameProvider(definitionSelector, new ImageRename()),
  ];
}
