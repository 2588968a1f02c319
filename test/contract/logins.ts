import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { passcode } from '../../src/sandbox/keystone/passcodes.ts';
import type { SandboxLogins } from '../../src/sandbox/keystone/people.ts';

/** Who logs in with more than a password, on the sandbox as on the real cloud. */
export const LOGINS = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'openstack', 'logins.json'), 'utf8'),
) as SandboxLogins;

/** ms that a passcode is shown for. */
const PERIOD = 30_000;

/** A further user: `coder` may show a passcode, `careful` has to, beside the password. */
export function login(name: 'coder' | 'careful'): SandboxLogins['users'][number] {
  const found = LOGINS.users.find((user) => user.name === name);
  assert.ok(found);
  return found;
}

/** What the user's device shows now. A cloud takes it for half a minute at least. */
export function currentPasscode(name: 'coder' | 'careful'): string {
  return passcode(login(name).totp, Date.now());
}

/** None of the user's passcodes of these minutes. */
export function wrongPasscode(name: 'coder' | 'careful'): string {
  const near = [-2, -1, 0, 1, 2].map((periods) => passcode(login(name).totp, Date.now() + periods * PERIOD));
  const wrong = ['000000', '111111', '222222', '333333', '444444', '555555'].find((each) => !near.includes(each));
  assert.ok(wrong);
  return wrong;
}
