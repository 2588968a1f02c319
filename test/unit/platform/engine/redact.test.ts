import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redact } from '../../../../src/platform/engine/redact.ts';

const marker = 'S3cret-Marker_42';

describe('redact', () => {
  const texts: readonly string[] = [
    `{"auth":{"identity":{"password":{"user":{"name":"demo","password":"${marker}"}}}}}`,
    `password: ${marker}`,
    `password='${marker}'`,
    `OS_PASSWORD=${marker}`,
    `X-Auth-Token: ${marker}`,
    `{"x-auth-token":"${marker}"}`,
    `X-Subject-Token: ${marker}`,
    `Authorization: Bearer ${marker}`,
    `Authorization: Basic ${marker}`,
    `https://user:${marker}@example.org/disk.img`,
    `application_credential_secret: "${marker}"`,
    `GET /v2/images?token=${marker}&limit=1`,
    `Set-Cookie: ${marker}; Path=/`,
  ];
  for (const text of texts) {
    it(`leaves no secret in ${text.replace(marker, '…')}`, () => {
      assert.ok(!redact(text).includes(marker), redact(text));
    });
  }

  it('knows a Fernet token by its look', () => {
    assert.equal(redact('token was gAAAAABnZ3Jh0000000000000000000000000000 then'), 'token was *** then');
  });

  it('leaves the rest of a line as it was', () => {
    const line = 'PATCH /v2/images/1f2e: 403 (req-8d2c), password policy: none of our business';
    assert.ok(redact(line).startsWith('PATCH /v2/images/1f2e: 403 (req-8d2c), password policy'));
    assert.equal(redact('Image "Ubuntu 24.04" is public.'), 'Image "Ubuntu 24.04" is public.');
  });

  it('takes any text', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof redact(text) === 'string'));
  });
});
