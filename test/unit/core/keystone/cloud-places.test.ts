import assert from 'node:assert/strict';
import type { Cloud, CloudConfiguration } from '../../../../src/core/keystone/clouds/configuration.ts';
import { read, USER } from './read-files.ts';

const FILE = `${USER}/clouds.yaml`;
const SECURE = `${USER}/secure.yaml`;

/** Code and place of each problem of a cloud, the file by its name. */
function places(cloud: Cloud | undefined): readonly string[] {
  return (cloud?.problems ?? []).map(
    ({ code, file, line, column }) => `${code} ${file?.split('/').at(-1) ?? '-'}:${line ?? '-'}:${column ?? '-'}`,
  );
}

function cloudNamed({ clouds }: CloudConfiguration, name: string): Cloud | undefined {
  return clouds.find((cloud) => cloud.name === name);
}

describe('a problem of one cloud', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'is at its key',
      `clouds:
  c:
    auth_type: v3kerberos
    auth:
      auth_url: http://k
    verify: maybe
`,
      ['auth-type-unknown clouds.yaml:3:5', 'value-not-boolean clouds.yaml:6:5'],
    ],
    [
      'is at a key of "auth", under its old name too',
      `clouds:
  c:
    auth: {auth_url: http://k, username: 00123, tenant-name: 1_000}
`,
      ['value-not-quoted clouds.yaml:3:32', 'value-not-quoted clouds.yaml:3:49'],
    ],
    [
      'is beside "auth" where that one counts',
      `clouds:
  c:
    auth: {auth_url: http://k, project_id: 7}
    project_id: 8
`,
      ['value-not-quoted clouds.yaml:4:5'],
    ],
    [
      'is at an item of a list',
      `clouds:
  c:
    auth: {auth_url: http://k}
    regions:
      - One
      - {name: Two, auth: {}}
`,
      ['region-invalid clouds.yaml:6:9'],
    ],
    [
      'is at the value of its region',
      `clouds:
  c:
    auth: {auth_url: http://k}
    verify: true
    regions:
      - name: One
        values:
          verify: maybe
`,
      ['value-not-boolean clouds.yaml:8:11'],
    ],
    [
      'is where an anchor was merged from',
      `base: &base
  auth: {auth_url: http://k}
  insecure: perhaps
clouds:
  c:
    <<: *base
`,
      ['value-not-boolean clouds.yaml:3:3'],
    ],
    [
      'is at the name of the cloud where its key is elsewhere',
      `clouds:
  other: {auth: {auth_url: http://k}}
  c: just text
`,
      ['cloud-invalid clouds.yaml:3:3'],
    ],
    [
      'is at the profile that is not known',
      `clouds:
  c:
    cloud: nobody
`,
      ['profile-unknown clouds.yaml:3:5'],
    ],
  ];
  for (const [what, text, expected] of cases) {
    it(what, async () => {
      const configuration = await read({ [FILE]: text });
      assert.deepEqual([...places(cloudNamed(configuration, 'c'))].sort(), expected);
    });
  }

  it('is in secure.yaml where its value is from there', async () => {
    const configuration = await read({
      [FILE]: 'clouds:\n  c:\n    auth: {auth_url: http://k, username: u}\n    verify: maybe\n',
      [SECURE]: 'clouds:\n  c:\n    auth:\n      password: 0755\n',
    });
    assert.deepEqual(places(cloudNamed(configuration, 'c')), [
      'value-not-quoted secure.yaml:4:7',
      'value-not-boolean clouds.yaml:4:5',
    ]);
    assert.doesNotMatch(JSON.stringify(configuration.clouds.map(({ problems }) => problems)), /0755/);
  });

  it('has a place in JSON too', async () => {
    const text = '{\n\t"clouds": {\n\t\t"c": {\n\t\t\t"auth_type": "v3kerberos"\n\t\t}\n\t}\n}\n';
    const configuration = await read({ [`${USER}/clouds.json`]: text });
    assert.deepEqual(places(cloudNamed(configuration, 'c')), ['auth-type-unknown clouds.json:4:4']);
  });

  it('has none where it is of the environment', async () => {
    const { clouds } = await read(
      {},
      { environment: { OS_AUTH_URL: 'http://k', OS_USERNAME: 'u', OS_AUTH_TYPE: 'v3kerberos' } },
    );
    assert.deepEqual(places(clouds[0]), ['auth-type-unknown -:-:-']);
  });
});
