import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { parse, stringify } from 'yaml';
import { Failure } from '../../../../src/core/failure.ts';
import { registerSignIn } from '../../../../src/features/clouds/sign-in.ts';
import { createEngine } from '../../../../src/node/engine.ts';
import type { Commands } from '../../../../src/platform/commands.ts';
import { EngineAccess } from '../../../../src/platform/engine/engine-access.ts';
import { GlanceLog } from '../../../../src/platform/log.ts';
import { askLogin } from '../../../../src/platform/prompts/login-prompt.ts';
import { Notifications } from '../../../../src/platform/prompts/notifications.ts';
import { Passwords } from '../../../../src/platform/memory/secrets.ts';
import { SignedOutClouds } from '../../../../src/state/clouds/signed-out.ts';

interface CloudsFile {
  clouds: Record<string, { auth: { auth_url: string; username: string; password?: string } }>;
}

/** Secrets as VS Code keeps them, for one test. */
function storage(): vscode.SecretStorage {
  const kept = new Map<string, string>();
  const made: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete'> = {
    get: (key) => Promise.resolve(kept.get(key)),
    store: (key, value) => Promise.resolve(void kept.set(key, value)),
    delete: (key) => Promise.resolve(void kept.delete(key)),
  };
  return made as Partial<vscode.SecretStorage> as vscode.SecretStorage;
}

describe('signing in to a cloud without a password in its file', () => {
  const { showInputBox, showInformationMessage } = vscode.window;
  let folder: string;
  let file: string;
  let password: string;
  let passwords: Passwords;
  let engines: EngineAccess;
  let log: GlanceLog;
  let auth: { auth_url: string; username: string };
  /** What is typed, one after the other; then every question is closed. */
  let typed: string[];
  let asked: vscode.InputBoxOptions[];
  /** Notifications, and the button that is pressed on each. */
  let told: string[];
  let pressed: string | undefined;
  const handlers = new Map<string, (node?: unknown) => unknown>();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'glance-images-sign-in-'));
    file = join(folder, 'clouds.yaml');
    const sandbox = parse(await readFile(process.env.OS_CLIENT_CONFIG_FILE ?? '', 'utf8')) as CloudsFile;
    const cloud = sandbox.clouds.sandbox;
    assert.ok(cloud);
    password = cloud.auth.password ?? '';
    delete cloud.auth.password;
    ({ auth } = cloud);
    await writeFile(file, stringify({ clouds: { mine: cloud } }));
    typed = [];
    asked = [];
    told = [];
    pressed = undefined;
    const show = (message: string, ...buttons: readonly string[]): Thenable<string | undefined> => {
      told.push(message);
      return Promise.resolve(buttons.find((button) => button === pressed));
    };
    vscode.window.showInformationMessage = show as typeof showInformationMessage;
    vscode.window.showInputBox = (options?: vscode.InputBoxOptions) => {
      asked.push(options ?? {});
      return Promise.resolve(typed.shift());
    };
    log = new GlanceLog();
    const notifications = new Notifications(log);
    passwords = new Passwords(storage());
    const signedOut = new SignedOutClouds();
    engines = new EngineAccess(() =>
      Promise.resolve(
        createEngine({
          environment: { OS_CLIENT_CONFIG_FILE: file },
          workspaceFolders: [],
          extraCloudsFiles: [],
          allowedEnvironment: [],
          askLogin: askLogin(passwords, notifications, signedOut),
          signedOut: (each) => signedOut.has(each),
          userAgent: 'test',
          log,
        }),
      ),
    );
    const commands: Pick<Commands, 'register'> = { register: (id, handler) => void handlers.set(id, handler) };
    registerSignIn({ commands: commands as Commands, engines, passwords, signedOut, notifications });
  });

  afterEach(async () => {
    vscode.window.showInputBox = showInputBox;
    vscode.window.showInformationMessage = showInformationMessage;
    engines.dispose();
    // The log stays open: one of this name is the running extension's own.
    await rm(folder, { recursive: true });
  });

  /** Lists images of the first region, and returns how many regions there are. */
  const regions = async (): Promise<number> =>
    engines.use(async (engine) => {
      const places = await engine.regions('mine');
      const [place] = places;
      assert.ok(place);
      await engine.images(place)[Symbol.asyncIterator]().next();
      return places.length;
    });
  const isSignedOut = (error: unknown): boolean => Failure.is(error, 'signed-out');

  it('asks once: who closes the question is signed out until Sign In', async () => {
    await assert.rejects(regions(), isSignedOut);
    await assert.rejects(regions(), isSignedOut);
    assert.equal(asked.length, 1);
    assert.equal(asked[0]?.password, true);
    typed = [password];
    await handlers.get('glanceImages.signIn')?.();
    assert.equal(await regions(), 2);
    assert.equal(asked.length, 2);
  });

  it('asks again, and says why, where a kept password is wrong, and does not try it twice', async () => {
    await passwords.keep(auth.auth_url, auth.username, 'wrong');
    typed = [password];
    assert.equal(await regions(), 2);
    assert.equal(asked.length, 1);
    assert.match(asked[0]?.prompt ?? '', /Wrong password/);
    assert.equal(await passwords.get(auth.auth_url, auth.username), undefined);
  });

  it('offers to keep a password only once it was accepted, and keeps that one', async () => {
    pressed = 'Save';
    typed = ['wrong', 'wrong too'];
    await assert.rejects(regions(), isSignedOut);
    assert.deepEqual([asked.length, told], [3, []]);
    assert.equal(await passwords.get(auth.auth_url, auth.username), undefined);
    typed = ['wrong', password];
    await handlers.get('glanceImages.signIn')?.();
    assert.deepEqual(told, [
      'Save the password of cloud "mine" in VS Code\'s secret storage?',
      'Signed in to cloud "mine".',
    ]);
    assert.equal(await passwords.get(auth.auth_url, auth.username), password);
  });

  it('gives no kept password to the same address where its certificate is not checked', async () => {
    await passwords.keep(auth.auth_url, auth.username, password);
    const { clouds } = parse(await readFile(file, 'utf8')) as CloudsFile;
    await writeFile(file, stringify({ clouds: { mine: { ...clouds.mine, verify: false } } }));
    await assert.rejects(regions(), isSignedOut);
    assert.equal(asked.length, 1);
    assert.equal(await passwords.get(auth.auth_url, auth.username), password);
  });

  it('uses a kept password without a question, and Sign Out forgets it', async () => {
    await passwords.keep(auth.auth_url, auth.username, password);
    assert.equal(await regions(), 2);
    assert.equal(asked.length, 0);
    await handlers.get('glanceImages.signOut')?.();
    assert.equal(await passwords.get(auth.auth_url, auth.username), undefined);
    await assert.rejects(regions(), isSignedOut);
    assert.equal(asked.length, 0);
  });
});
