import * as vscode from 'vscode';
import type { Engine } from '../../core/engine.ts';
import { Failure } from '../../core/failure.ts';
import { loginKind } from '../../core/keystone/login/auth-types.ts';
import type { Cloud } from '../../core/keystone/clouds/configuration.ts';
import { keptFor, loginUser } from '../../core/keystone/login/login-answers.ts';
import type { Commands } from '../../platform/commands.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import type { Passwords } from '../../platform/memory/secrets.ts';
import { isTreeNode } from '../../state/clouds/clouds-tree.ts';
import type { SignedOutClouds } from '../../state/clouds/signed-out.ts';

/** What signing in and out needs. */
export interface SignInOptions {
  readonly commands: Commands;
  readonly engines: EngineAccess;
  readonly passwords: Passwords;
  readonly signedOut: SignedOutClouds;
  readonly notifications: Notifications;
}

/** *Sign In…* and *Sign Out…*, of the cloud of a node or of one that is picked. */
export function registerSignIn(options: SignInOptions): void {
  const { commands } = options;
  commands.register('glanceImages.signIn', async (node) => {
    const cloud = await chosenCloud(options, node, 'Sign in to');
    if (cloud !== undefined) await signIn(options, cloud);
  });
  commands.register('glanceImages.signOut', async (node) => {
    const cloud = await chosenCloud(options, node, 'Sign out of');
    if (cloud !== undefined) await signOut(options, cloud);
  });
}

/** Logs in now, so that the question comes where somebody waits for it. */
async function signIn({ engines, signedOut, notifications }: SignInOptions, cloud: Cloud): Promise<void> {
  signedOut.delete(cloud);
  try {
    await engines.use((engine) => logIn(engine, cloud.name));
    notifications.inform(`Signed in to cloud "${cloud.name}".`);
  } catch (error) {
    // Whoever closes the question knows it.
    if (!Failure.is(error, 'signed-out')) throw error;
  } finally {
    await engines.reload();
  }
}

/** Regions that the configuration lists need no login; their images do. */
async function logIn(engine: Engine, cloud: string): Promise<void> {
  const [place] = await engine.regions(cloud);
  if (place === undefined) return;
  await engine.images(place, { pageSize: 1 })[Symbol.asyncIterator]().next();
}

/** What is under way goes on with the token that it has; nothing new begins. */
async function signOut(options: SignInOptions, cloud: Cloud): Promise<void> {
  const { engines, passwords, signedOut, notifications } = options;
  signedOut.add(cloud);
  await passwords.forget(keptFor(cloud), loginUser(cloud));
  engines.replace();
  notifications.inform(`Signed out of cloud "${cloud.name}". This window no longer has its password or token.`);
}

async function chosenCloud(
  { engines, signedOut }: SignInOptions,
  node: unknown,
  title: string,
): Promise<Cloud | undefined> {
  const { clouds } = await engines.use((engine) => engine.clouds());
  const named = cloudNameOf(node);
  if (named !== undefined) return clouds.find(({ name }) => name === named);
  const able = clouds.filter((cloud) => !['fixed', 'unknown'].includes(loginKind(cloud).kind));
  if (able.length <= 1) return able[0];
  const picked = await vscode.window.showQuickPick(
    able.map((cloud) => ({
      label: cloud.name,
      description: signedOut.has(cloud) ? 'signed out' : '',
      detail: cloud.origin,
      cloud,
    })),
    { title },
  );
  return picked?.cloud;
}

function cloudNameOf(node: unknown): string | undefined {
  if (!isTreeNode(node)) return undefined;
  const of = node.kind === 'failure' ? node.of : node;
  if (of?.kind === 'cloud') return of.cloud;
  return of?.kind === 'region' ? of.place.cloud : undefined;
}
