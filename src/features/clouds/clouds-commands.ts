import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { Failure, type FilePlace } from '../../core/failure.ts';
import { placeOf } from '../../core/keystone/clouds/cloud-problem.ts';
import type { Commands } from '../../platform/commands.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import type { GlanceLog } from '../../platform/log.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import type { NamedSecrets, Passwords } from '../../platform/memory/secrets.ts';
import { isTreeNode } from '../../state/clouds/clouds-tree.ts';

/** What the commands around a cloud's configuration need. */
export interface CloudsCommandsOptions {
  readonly commands: Commands;
  readonly engines: EngineAccess;
  readonly passwords: Passwords;
  readonly secrets: NamedSecrets;
  readonly notifications: Notifications;
  readonly log: GlanceLog;
}

/** *Open clouds.yaml*, *Forget Saved Passwords* and *Show Log*. */
export function registerCloudsCommands({
  commands,
  engines,
  passwords,
  secrets,
  notifications,
  log,
}: CloudsCommandsOptions): void {
  commands.register('glanceImages.openCloudsFile', async (node) => {
    const place = placeMeant(node);
    const file = place?.file ?? fileMeant(node) ?? (await pickCloudsFile(engines));
    if (file !== undefined) await openCloudsFile(file, place);
  });
  commands.register('glanceImages.forgetPasswords', async () => {
    const count = (await passwords.forgetAll()) + (await secrets.forgetAll());
    // The engine of now has them in memory.
    engines.replace();
    notifications.inform(count === 0 ? 'No passwords were saved.' : `Forgot ${count} saved passwords.`);
  });
  commands.register('glanceImages.showLog', () => log.show());
}

/** The place that a command was given: of a node of the view, or of a failure that a notification tells. */
function placeMeant(argument: unknown): FilePlace | undefined {
  if (argument instanceof Failure) return argument.place;
  if (!isTreeNode(argument)) return undefined;
  if (argument.kind === 'problem') return placeOf(argument.problem);
  return argument.kind === 'failure' ? argument.failure.place : undefined;
}

function fileMeant(argument: unknown): string | undefined {
  if (!isTreeNode(argument)) return undefined;
  if (argument.kind === 'problem') return argument.problem.file;
  return argument.kind === 'cloud' && argument.origin !== 'environment' ? argument.origin : undefined;
}

async function openCloudsFile(file: string, place: FilePlace | undefined): Promise<void> {
  const at = place === undefined ? undefined : new vscode.Position(place.line - 1, place.column - 1);
  const options = at === undefined ? {} : { selection: new vscode.Range(at, at) };
  await vscode.window.showTextDocument(vscode.Uri.file(file), options);
}

/** One of the files that were read; where there is none, the one that openstacksdk looks for in the user's home, begun with an example. */
async function pickCloudsFile(engines: EngineAccess): Promise<string | undefined> {
  const { files } = await engines.use((engine) => engine.clouds());
  const [only] = files;
  if (files.length === 1 && only !== undefined) return only;
  if (files.length > 1) return vscode.window.showQuickPick([...files], { title: 'clouds.yaml' });
  const fresh = join(homedir(), '.config', 'openstack', 'clouds.yaml');
  const uri = vscode.Uri.file(fresh).with({ scheme: 'untitled' });
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document);
  if (document.getText() === '') await editor.insertSnippet(new vscode.SnippetString(example));
  return undefined;
}

const example = `clouds:
  \${1:mycloud}:
    auth:
      auth_url: \${2:https://keystone.example.org/v3}
      username: \${3:user}
      # Without a password here, you are asked for it. It can be saved in VS Code's secret storage.
      project_name: \${4:project}
      user_domain_name: Default
      project_domain_name: Default
    region_name: \${5:RegionOne}
`;
