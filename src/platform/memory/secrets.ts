import type * as vscode from 'vscode';

const secret = 'passwords';

/**
 * Passwords in VS Code's SecretStorage. One belongs to an address, with how its certificate is checked, and a user, so that a
 * workspace can't have it sent elsewhere by naming its cloud alike. All of them are one secret, because the storage can't list its keys.
 */
export class Passwords {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  async get(keptFor: string, user: string): Promise<string | undefined> {
    return (await this.#read()).get(key(keptFor, user));
  }

  async keep(keptFor: string, user: string, password: string): Promise<void> {
    const kept = await this.#read();
    kept.set(key(keptFor, user), password);
    await this.#storage.store(secret, JSON.stringify([...kept]));
  }

  /** Deletes one, if it is there. */
  async forget(keptFor: string, user: string): Promise<void> {
    const kept = await this.#read();
    if (kept.delete(key(keptFor, user))) await this.#storage.store(secret, JSON.stringify([...kept]));
  }

  /** Deletes all of them and returns how many there were. */
  async forgetAll(): Promise<number> {
    const { size } = await this.#read();
    await this.#storage.delete(secret);
    return size;
  }

  async #read(): Promise<Map<string, string>> {
    return readEntries(await this.#storage.get(secret));
  }
}

function isEntry(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}

function key(keptFor: string, user: string): string {
  return JSON.stringify([keptFor, user]);
}

const named = 'secrets';

/**
 * What definitions mean by `${secret:NAME}`, in VS Code's SecretStorage. One belongs to a name and the origin that it may be sent to, so
 * that a workspace can't have it sent elsewhere by naming it. Also one secret, for the same reason.
 */
export class NamedSecrets {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  async get(name: string, origin: string): Promise<string | undefined> {
    return (await this.#read()).get(key(origin, name));
  }

  /** The secrets of this name by the origin that each was kept for; empty for none yet. */
  async origins(name: string): Promise<ReadonlyMap<string, string>> {
    const entries = [...(await this.#read())].map(
      ([id, value]) => [JSON.parse(id) as [string, string], value] as const,
    );
    return new Map(entries.flatMap(([[origin, each], value]) => (each === name ? [[origin, value] as const] : [])));
  }

  async names(): Promise<readonly string[]> {
    const names = [...(await this.#read()).keys()].map((id) => (JSON.parse(id) as [string, string])[1]);
    return [...new Set(names)];
  }

  /** @param origin such as `https://mirror.example.org`; empty where it is not known yet */
  async keep(name: string, origin: string, value: string): Promise<void> {
    const kept = await this.#read();
    kept.set(key(origin, name), value);
    await this.#storage.store(named, JSON.stringify([...kept]));
  }

  /** Deletes all of them and returns how many there were. */
  async forgetAll(): Promise<number> {
    const { size } = await this.#read();
    await this.#storage.delete(named);
    return size;
  }

  async #read(): Promise<Map<string, string>> {
    return readEntries(await this.#storage.get(named));
  }
}

function readEntries(text: string | undefined): Map<string, string> {
  const entries: unknown = text === undefined ? [] : JSON.parse(text);
  return new Map(Array.isArray(entries) ? entries.filter(isEntry) : []);
}
