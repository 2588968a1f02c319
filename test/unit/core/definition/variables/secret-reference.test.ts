import assert from 'node:assert/strict';
import { Failure } from '../../../../../src/core/failure.ts';
import { resolveSecret } from '../../../../../src/core/definition/variables/secret-reference.ts';

const MIRROR = 'https://mirror.example.org';
const EVIL = 'https://evil.example.org';

interface Given {
  readonly environment?: Readonly<Record<string, string>>;
  readonly kept?: string;
  readonly agrees?: boolean;
}

/** What a reference comes to, and what was asked. */
async function resolved(value: string, origin: string, { environment = {}, kept, agrees = false }: Given = {}) {
  const asked: unknown[] = [];
  const result = await resolveSecret(value, origin, {
    environment,
    allowedEnvironment: ['ALLOWED'],
    secret: () => Promise.resolve(kept),
    confirm: (...question) => {
      asked.push(question);
      return Promise.resolve(agrees);
    },
  }).catch((error: unknown) => error);
  return { result, asked };
}

describe('a secret in an environment variable', () => {
  const held = { GLANCE_IMAGES_SECRET_MY_MIRROR: 'hush', GLANCE_IMAGES_PASSWORD: 'hush', ALLOWED: 'hush' };
  const references = {
    '${secret:my-mirror}': 'GLANCE_IMAGES_SECRET_MY_MIRROR',
    '${env:GLANCE_IMAGES_SECRET_MY_MIRROR}': 'GLANCE_IMAGES_SECRET_MY_MIRROR',
    '${env:GLANCE_IMAGES_PASSWORD}': 'GLANCE_IMAGES_PASSWORD',
    '${env:ALLOWED}': 'ALLOWED',
  };
  for (const [reference, variable] of Object.entries(references)) {
    const bound = (servers: string): Given => ({ environment: { ...held, [`${variable}_ORIGIN`]: servers } });

    it(`goes to the servers alone that are named beside it: ${reference}`, async () => {
      for (const servers of [MIRROR, `${MIRROR}/`, `${MIRROR}:443/images`, `http://a ${MIRROR},https://b`])
        assert.deepEqual(await resolved(reference, MIRROR, bound(servers)), { result: 'hush', asked: [] }, servers);
      const elsewhere = [EVIL, 'http://mirror.example.org', `${MIRROR}:8443`, `${MIRROR}.evil.example.org`];
      for (const origin of elsewhere) {
        const { result } = await resolved(reference, origin, bound(MIRROR));
        assert.ok(result instanceof Error, origin);
        assert.match(result.message, new RegExp(`${variable}.*${variable}_ORIGIN is "${MIRROR}"`));
        assert.doesNotMatch(JSON.stringify(result) + result.message, /hush/);
      }
    });

    it(`goes nowhere where no server is named, and says what to set: ${reference}`, async () => {
      for (const environment of [held, { ...held, [`${variable}_ORIGIN`]: 'mirror.example.org *' }]) {
        const { result, asked } = await resolved(reference, EVIL, { environment });
        assert.deepEqual(asked, [[variable, EVIL]]);
        assert.ok(result instanceof Failure);
        assert.deepEqual(
          { code: result.code, next: result.next },
          {
            code: 'secret-not-bound',
            next: `To allow that server, set ${variable}_ORIGIN to ${EVIL} (separate several servers with spaces).`,
          },
        );
      }
    });

    it(`goes where somebody agrees: ${reference}`, async () => {
      const { result } = await resolved(reference, EVIL, { environment: held, agrees: true });
      assert.equal(result, 'hush');
    });
  }

  it('is passed over for one that is kept for the server', async () => {
    const given = { environment: held, kept: 'kept' };
    assert.deepEqual(await resolved('${secret:my-mirror}', MIRROR, given), { result: 'kept', asked: [] });
  });

  it('is named where it is not set', async () => {
    const { result } = await resolved('${secret:my-mirror}', MIRROR);
    assert.ok(result instanceof Failure);
    assert.equal(result.code, 'secret-not-set');
    assert.match(result.next ?? '', /GLANCE_IMAGES_SECRET_MY_MIRROR_ORIGIN=https:\/\/mirror/);
  });
});
