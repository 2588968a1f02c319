import assert from 'node:assert/strict';
import { connectionFailure } from '../../../../src/node/http/connection-failure.ts';

const URL = 'https://user:secret@glance.example.org:9292/v2/images?token=secret';

function failureOf(error: unknown): { readonly code: string; readonly text: string } {
  const failure = connectionFailure(error, { url: URL });
  return { code: failure.code, text: failure.explain() };
}

describe('what a request failed for', () => {
  it('is a fault of the program, not of the network, where the program broke', () => {
    for (const kind of [TypeError, RangeError, ReferenceError, SyntaxError]) {
      const wrapped = new Error('Request failed', { cause: new kind("reading 'secure' of undefined") });
      const { code, text } = failureOf(wrapped);
      assert.equal(code, 'unexpected');
      assert.match(text, /glance\.example\.org:9292 failed within Glance Images: reading 'secure' of undefined/);
      assert.match(text, /report it/);
      assert.doesNotMatch(text, /secret|try again/i);
    }
  });

  it('is what the user wrote where Node can not send it, though Node says TypeError', () => {
    const error = Object.assign(new TypeError('Invalid character in header'), { code: 'ERR_INVALID_CHAR' });
    assert.equal(failureOf(error).code, 'header-invalid');
  });

  for (const [system, code] of [
    ['ECONNREFUSED', 'connection-refused'],
    ['EHOSTUNREACH', 'connection-refused'],
    ['ENOTFOUND', 'host-not-found'],
    ['EAI_AGAIN', 'host-not-found'],
    ['ETIMEDOUT', 'timeout'],
    ['EPIPE', 'connection-lost'],
  ] as const) {
    it(`is ${code} for ${system}, inside of an error of a library too`, () => {
      const error = Object.assign(new Error(`connect ${system}`), { code: system });
      const wrapped = Object.assign(new Error('failed', { cause: error }), { code: 'ERR_GOT_REQUEST_ERROR' });
      for (const each of [error, wrapped]) {
        const { code: found, text } = failureOf(each);
        assert.equal(found, code);
        assert.match(text, /glance\.example\.org:9292/);
      }
    });
  }

  it('is the connection for an error of the system, and for one that says nothing else', () => {
    assert.equal(
      failureOf(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })).code,
      'connection-lost',
    );
    assert.equal(failureOf(new Error('socket hang up')).code, 'connection-lost');
  });
});
