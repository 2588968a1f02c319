import assert from 'node:assert/strict';
import { NamedSecrets, Passwords } from '../../../../src/platform/memory/secrets.ts';

type Storage = ConstructorParameters<typeof Passwords>[0];

class MemoryStorage implements Pick<Storage, 'get' | 'store' | 'delete'> {
  readonly kept = new Map<string, string>();
  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.kept.get(key));
  }
  store(key: string, value: string): Promise<void> {
    this.kept.set(key, value);
    return Promise.resolve();
  }
  delete(key: string): Promise<void> {
    this.kept.delete(key);
    return Promise.resolve();
  }
}

describe('Passwords', () => {
  const url = 'https://keystone.example.org/v3';

  it('gives a password back to the same user of the same auth_url only', async () => {
    const passwords = new Passwords(new MemoryStorage() as Partial<Storage> as Storage);
    await passwords.keep(url, 'demo', 'secret');
    assert.equal(await passwords.get(url, 'demo'), 'secret');
    assert.equal(await passwords.get(url, 'admin'), undefined);
    assert.equal(await passwords.get('https://evil.example.org/v3', 'demo'), undefined);
  });

  it('forgets all of them and says how many there were', async () => {
    const storage = new MemoryStorage();
    const passwords = new Passwords(storage as Partial<Storage> as Storage);
    await passwords.keep(url, 'demo', 'secret');
    await passwords.keep(url, 'demo', 'newer');
    await passwords.keep(url, 'admin', 'other');
    assert.equal(await passwords.forgetAll(), 2);
    assert.equal(await passwords.get(url, 'demo'), undefined);
    assert.equal(storage.kept.size, 0);
  });
});

describe('NamedSecrets', () => {
  it('keeps secrets by name, apart from passwords, and forgets them', async () => {
    const storage = new MemoryStorage() as Partial<Storage> as Storage;
    const secrets = new NamedSecrets(storage);
    const passwords = new Passwords(storage);
    await passwords.keep('https://keystone.example.org/v3', 'demo', 'password');
    await secrets.keep('mirror', 'https://one.example', 'one');
    await secrets.keep('mirror', 'https://one.example', 'two');
    assert.equal(await secrets.get('mirror', 'https://one.example'), 'two');
    assert.equal(await secrets.get('mirror', 'https://other.example'), undefined, 'it would be sent elsewhere');
    assert.deepEqual([...(await secrets.origins('mirror'))], [['https://one.example', 'two']]);
    assert.equal(await secrets.get('other', 'https://one.example'), undefined);
    assert.deepEqual(await secrets.names(), ['mirror']);
    assert.equal(await secrets.forgetAll(), 1);
    assert.equal(await secrets.get('mirror', 'https://one.example'), undefined);
    assert.equal(await passwords.get('https://keystone.example.org/v3', 'demo'), 'password');
  });
});
