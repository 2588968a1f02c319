import assert from 'node:assert/strict';
import { loginInWords } from '../../../../src/state/clouds/login-words.ts';

describe('who a cloud logs in as', () => {
  it('is user and project, by name where there is one', () => {
    assert.equal(loginInWords({ auth: { username: 'alice', user_id: 'u1', project_name: 'demo' } }), 'alice in demo');
    assert.equal(loginInWords({ auth: { user_id: 'u1', project_id: 'p1' } }), 'u1 in p1');
  });

  it('is an application credential, and nothing where the file has neither', () => {
    assert.equal(loginInWords({ auth: { application_credential_id: 'ac1' } }), 'application credential ac1');
    assert.equal(loginInWords({ auth: { token: 'secret', project_name: 'demo' } }), 'project demo');
    assert.equal(loginInWords({ auth: {} }), undefined);
  });
});
