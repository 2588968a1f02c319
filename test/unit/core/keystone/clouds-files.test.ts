import assert from 'node:assert/strict';
import { readClouds, type CloudsPorts } from '../../../../src/core/keystone/clouds-files.ts';
import type { Cloud, CloudConfiguration } from '../../../../src/core/keystone/configuration.ts';

const HOME = '/home/ann';
const USER = `${HOME}/.config/openstack`;

async function read(
  files: Readonly<Record<string, string>>,
  ports: Partial<CloudsPorts> = {},
): Promise<CloudConfiguration> {
  return readClouds({
    readFile: (path) => Promise.resolve(files[path]),
    environment: {},
    homeDirectory: HOME,
    platform: 'linux',
    folders: [],
    extraFiles: [],
    ...ports,
  });
}

/** The one cloud of a `clouds.yaml` that holds these lines under `clouds: {c: …}`. */
async function cloud(entry: string): Promise<Cloud> {
  const indented = entry.replace(/^/gm, '    ');
  const { clouds, problems } = await read({ [`${USER}/clouds.yaml`]: `clouds:\n  c:\n${indented}\n` });
  assert.deepEqual(problems, []);
  const [only] = clouds;
  assert.ok(only !== undefined && clouds.length === 1);
  return only;
}

function codes(problems: CloudConfiguration['problems']): readonly string[] {
  return problems.map(({ severity, code }) => `${severity} ${code}`);
}

function named(name: string): string {
  return `clouds: {${name}: {auth: {auth_url: 'http://${name}'}}}`;
}

describe('the search for clouds.yaml', () => {
  const orders: readonly (readonly [
    platform: string,
    environment: Record<string, string>,
    order: readonly string[],
  ])[] = [
    [
      'linux',
      { XDG_CONFIG_HOME: '/xdg', XDG_CONFIG_DIRS: '/site:/other' },
      ['/xdg/openstack', USER, '/site/openstack', '/etc/openstack'],
    ],
    ['linux', { SNAP_REAL_HOME: '/real' }, ['/real/.config/openstack', '/etc/xdg/openstack', '/etc/openstack']],
    ['darwin', {}, [`${HOME}/Library/Application Support/openstack`, USER, '/etc/openstack']],
    ['win32', { LOCALAPPDATA: '/local' }, ['/local/OpenStack/openstack', USER]],
  ];
  for (const [platform, environment, order] of orders) {
    it(`goes through the folders of ${platform} with ${JSON.stringify(environment)}`, async () => {
      const asked: string[] = [];
      const readFile = (path: string): Promise<undefined> => {
        asked.push(path);
        return Promise.resolve(undefined);
      };
      await read({}, { platform, environment, folders: ['/work/images', '/work'], readFile });
      const of = (name: string): readonly string[] =>
        ['/work/images', '/work', ...order].flatMap((folder) =>
          ['yaml', 'yml', 'json'].map((suffix) => `${folder}/${name}.${suffix}`),
        );
      assert.deepEqual(asked, [...of('clouds'), ...of('secure')]);
    });
  }

  it('ends at the first file that exists, and names it', async () => {
    const files = {
      '/work/clouds.yml': named('first'),
      [`${USER}/clouds.yaml`]: named('second'),
      '/given/mine.yaml': named('given'),
    };
    const found = await read(files, { folders: ['/work'] });
    assert.deepEqual([found.clouds.map(({ name }) => name), found.files], [['first'], ['/work/clouds.yml']]);
    assert.deepEqual(found.defaultCloud, { name: 'first', chosenBy: 'the only cloud in /work/clouds.yml' });
    const given = await read(files, { folders: ['/work'], environment: { OS_CLIENT_CONFIG_FILE: '/given/mine.yaml' } });
    assert.deepEqual(given.files, ['/given/mine.yaml']);
    const absent = await read(files, { folders: ['/work'], environment: { OS_CLIENT_CONFIG_FILE: '/given/no.yaml' } });
    assert.deepEqual([absent.files, codes(absent.problems)], [['/work/clouds.yml'], ['warning configuration-absent']]);
  });

  it('never passes over a broken file', async () => {
    const broken: readonly (readonly [text: string, where: RegExp])[] = [
      ['clouds:\n  a: [\n', /^\/work\/clouds\.yaml:3: /],
      ['clouds:\n\ta: 1\n', /^\/work\/clouds\.yaml:2: /],
      ['- a\n- b\n', /^\/work\/clouds\.yaml:1: .*not a mapping/],
      ['just words', /^\/work\/clouds\.yaml:1: .*not a mapping/],
      [
        `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n`,
        /alias/i,
      ],
      ['clouds: {a: *nothing}\n', /nothing/],
    ];
    for (const [text, where] of broken) {
      const files = { '/work/clouds.yaml': text, [`${USER}/clouds.yaml`]: named('other') };
      const { clouds, problems } = await read(files, { folders: ['/work'] });
      assert.deepEqual([clouds, codes(problems)], [[], ['error configuration-unreadable']], text);
      assert.match(problems[0]?.message ?? '', where);
    }
    const json = await read({ '/work/clouds.json': '{"clouds": ' }, { folders: ['/work'] });
    assert.deepEqual(codes(json.problems), ['error configuration-unreadable']);
  });

  it('reads what other programs write: a byte order mark, CRLF, JSON, nothing at all', async () => {
    const marked = await read({ [`${USER}/clouds.yaml`]: `\ufeff${named('a')}\r\n# é\r\n` });
    assert.deepEqual([marked.clouds.length, marked.problems], [1, []]);
    const json = await read({
      [`${USER}/clouds.json`]: '{"clouds": {"a": {"auth": {"password": 123, "username": "u"}}}}',
    });
    assert.deepEqual(json.clouds[0]?.auth, { password: '123', username: 'u' });
    for (const text of ['', '# nothing\n', 'clouds:\n', 'client: {}\n', 'clouds: []\n']) {
      const { clouds, problems } = await read({ [`${USER}/clouds.yaml`]: text });
      assert.deepEqual([clouds, codes(problems)], [[], ['warning configuration-empty']], text);
    }
  });

  it('says that a key is there twice; the last one counts', async () => {
    const text = 'clouds:\n  a:\n    auth: {username: x}\n  a:\n    auth: {username: y}\n';
    const { clouds, problems } = await read({ [`${USER}/clouds.yaml`]: text });
    assert.equal(clouds[0]?.auth.username, 'y');
    assert.deepEqual([codes(problems), problems[0]?.line], [['warning duplicate-key'], 4]);
  });

  it('knows anchors and merge keys, and makes nothing of tags', async () => {
    const text = [
      'base: &base {auth_url: "http://k", username: u}',
      'clouds:',
      '  a: {auth: {<<: *base, username: mine}}',
      '  b: {auth: {username: !!python/object/apply:os.system ["x"], password: !!str 0123}}',
    ].join('\n');
    const { clouds } = await read({ [`${USER}/clouds.yaml`]: text });
    assert.deepEqual(clouds[0]?.auth, { auth_url: 'http://k', username: 'mine' });
    assert.deepEqual(clouds[1]?.auth, { password: '0123' });
  });

  it('leaves the other clouds alone when one is no cloud', async () => {
    const text = 'clouds:\n  a: words\n  b:\n  c: {auth: no}\n  d: {auth: {auth_url: x}}\n  __proto__: {auth: {}}\n';
    const { clouds } = await read({ [`${USER}/clouds.yaml`]: text });
    const found = clouds.map(({ name, problems }) => [name, ...codes(problems)]);
    assert.deepEqual(found, [
      ['a', 'error cloud-invalid'],
      ['b', 'error cloud-invalid'],
      ['c', 'error auth-invalid'],
      ['d'],
      ['__proto__'],
    ]);
  });
});

describe('secure.yaml', () => {
  it('is searched on its own and merged over, with its place told', async () => {
    const files = {
      '/work/clouds.yaml': "clouds: {a: {auth: {auth_url: 'http://k', username: u}, verify: false}, b: {auth: {}}}",
      [`${USER}/secure.yaml`]: 'clouds: {a: {auth: {password: hush, username: v}}, c: {auth: {password: x}}}',
    };
    const { clouds, problems } = await read(files, { folders: ['/work'] });
    const [a, b] = clouds;
    assert.deepEqual(a?.auth, { auth_url: 'http://k', username: 'v', password: 'hush' });
    assert.deepEqual([a.origin, a.secureOrigin, a.tls.verify], ['/work/clouds.yaml', `${USER}/secure.yaml`, false]);
    assert.equal(b?.secureOrigin, undefined);
    assert.deepEqual(codes(problems), ['information secret-unused']);
    assert.equal(clouds.length, 2);
  });

  it('comes from OS_CLIENT_SECURE_FILE first', async () => {
    const files = {
      [`${USER}/clouds.yaml`]: named('a'),
      [`${USER}/secure.yaml`]: 'clouds: {a: {auth: {password: no}}}',
      '/run/secret.yaml': 'clouds: {a: {auth: {password: "yes"}}}',
    };
    const { clouds } = await read(files, { environment: { OS_CLIENT_SECURE_FILE: '/run/secret.yaml' } });
    assert.equal(clouds[0]?.auth.password, 'yes');
  });

  it('that is broken is an error, and leaves the clouds as they are', async () => {
    const files = { [`${USER}/clouds.yaml`]: named('a'), [`${USER}/secure.yaml`]: '{' };
    const { clouds, problems } = await read(files);
    assert.deepEqual([clouds.length, codes(problems)], [1, ['error configuration-unreadable']]);
  });
});

describe('a file of ours', () => {
  it('adds its clouds, except of a name that is there', async () => {
    const files = {
      [`${USER}/clouds.yaml`]: named('a'),
      [`${USER}/secure.yaml`]: 'clouds: {sandbox: {auth: {password: no}}}',
      '/sandbox/clouds.yaml': 'clouds: {a: {auth: {auth_url: other}}, sandbox: {auth: {password: own}}}',
    };
    const found = await read(files, { extraFiles: ['/sandbox/clouds.yaml', '/gone.yaml'] });
    assert.deepEqual(
      found.clouds.map(({ name, origin, auth }) => [name, origin, auth]),
      [
        ['a', `${USER}/clouds.yaml`, { auth_url: 'http://a' }],
        ['sandbox', '/sandbox/clouds.yaml', { password: 'own' }],
      ],
    );
    assert.deepEqual(found.files, [`${USER}/clouds.yaml`, '/sandbox/clouds.yaml']);
    assert.equal(found.defaultCloud?.name, 'a');
  });

  it('has the default cloud where the user has none', async () => {
    const found = await read({ '/s.yaml': named('sandbox') }, { extraFiles: ['/s.yaml'] });
    assert.deepEqual(found.defaultCloud, { name: 'sandbox', chosenBy: 'the only cloud in /s.yaml' });
  });
});

describe('the environment', () => {
  const ENVIRONMENT = {
    OS_AUTH_URL: 'http://k/v3',
    OS_USERNAME: 'u',
    OS_TENANT_NAME: 'p',
    OS_REGION_NAME: 'R',
    OS_CACERT: '/ca',
  };

  it('makes a cloud of its own, which is the default', async () => {
    const found = await read({ [`${USER}/clouds.yaml`]: named('a') }, { environment: ENVIRONMENT });
    const made = found.clouds.find(({ name }) => name === 'envvars');
    assert.deepEqual(made?.auth, { auth_url: 'http://k/v3', username: 'u', project_name: 'p' });
    assert.deepEqual([made.origin, made.regions, made.tls.caFile], ['environment', ['R'], '/ca']);
    assert.equal(found.defaultCloud?.name, 'envvars');
  });

  it('chooses by OS_CLOUD first', async () => {
    const environment = { ...ENVIRONMENT, OS_CLOUD: 'a' };
    const found = await read({ [`${USER}/clouds.yaml`]: named('a') }, { environment });
    assert.deepEqual(found.defaultCloud, { name: 'a', chosenBy: 'OS_CLOUD' });
    assert.equal(found.clouds.length, 2);
  });

  it('names its cloud by OS_CLOUD_NAME, and says when that name is taken', async () => {
    const environment = { ...ENVIRONMENT, OS_CLOUD_NAME: 'a' };
    assert.equal((await read({}, { environment })).clouds[0]?.name, 'a');
    const clash = await read({ [`${USER}/clouds.yaml`]: named('a') }, { environment });
    assert.deepEqual([clash.clouds.length, codes(clash.problems)], [1, ['error cloud-name-taken']]);
  });

  it('describes no cloud with variables that choose, test or belong to others', async () => {
    const environment = {
      OS_CLOUD: 'a',
      OS_REGION_NAME: 'R',
      OS_TEST_PATH: 'x',
      OS_STDOUT_CAPTURE: '1',
      OS_LOG_CAPTURE: '1',
      OS_ACTIVITY_MODE: 'disable',
      OS_IMAGE_API_VERSION: '2',
      OS_PASSWORD: '',
    };
    assert.deepEqual((await read({}, { environment })).clouds, []);
  });

  it('has no default where there are several clouds', async () => {
    const text = 'clouds: {a: {}, b: {}}';
    assert.equal((await read({ [`${USER}/clouds.yaml`]: text })).defaultCloud, undefined);
  });
});

describe('a cloud', () => {
  it('has the keys beside auth inside it, those beside it counting', async () => {
    const { auth } = await cloud(
      'auth: {auth-url: http://k, username: u, tenant_name: old, project_name: new}\npassword: hush\nusername: mine\nproject-domain-name: D',
    );
    assert.deepEqual(auth, {
      auth_url: 'http://k',
      username: 'mine',
      project_name: 'new',
      password: 'hush',
      project_domain_name: 'D',
    });
  });

  it('has public endpoints, checked certificates and no regions of its own where it says nothing', async () => {
    const { regions, tls, authType, interface: kind, imageEndpoint, problems } = await cloud('auth: {auth_url: x}');
    assert.deepEqual(
      [regions, tls, authType, kind, imageEndpoint, problems],
      [[], { verify: true }, 'password', 'public', undefined, []],
    );
  });

  const regions: readonly (readonly [entry: string, regions: readonly string[], ...codes: string[]])[] = [
    ['region_name: A', ['A']],
    ['region_name: "A, B"', ['A', 'B']],
    ['region_name: [A, B]', ['A', 'B']],
    ['region_name: ""', []],
    ['regions: [A, B]\nregion_name: C', ['A', 'B']],
    ['regions: [{name: A}, {name: B, values: {networks: []}}]', ['A', 'B']],
    ['regions: [A, A]', ['A']],
    ['regions: [{values: {}}]', [], 'error region-invalid'],
    ['regions: [{name: A, values: {auth: {auth_url: x}}}]', ['A'], 'error region-invalid'],
    ['region_name: 12', ['12'], 'warning value-not-quoted'],
  ];
  for (const [entry, expected, ...problems] of regions) {
    it(`has regions: ${entry.replaceAll('\n', '; ')}`, async () => {
      const made = await cloud(entry);
      assert.deepEqual([made.regions, codes(made.problems)], [expected, problems]);
    });
  }

  it('has its region in auth_url, where that asks for it; other braces stay', async () => {
    const { auth } = await cloud(
      'region_name: R\nauth: {auth_url: "https://{region_name}.x/{y}", password: "{region_name}"}',
    );
    assert.deepEqual(auth, { auth_url: 'https://R.x/{y}', password: '{region_name}' });
  });

  const interfaces: readonly (readonly [entry: string, kind: string])[] = [
    ['interface: internal', 'internal'],
    ['endpoint_type: internalURL', 'internal'],
    ['interface: internal\nimage_interface: admin', 'admin'],
    ['interface: [internal, public]', 'internal'],
  ];
  for (const [entry, kind] of interfaces) {
    it(`has the interface ${kind}: ${entry.replaceAll('\n', '; ')}`, async () => {
      assert.equal((await cloud(entry)).interface, kind);
    });
  }

  it('can name the endpoint of its images', async () => {
    assert.equal((await cloud('image_endpoint_override: http://g')).imageEndpoint, 'http://g');
  });

  const verified: readonly (readonly [entry: string, verify: boolean, ...codes: string[]])[] = [
    ['verify: true', true],
    ['verify: no', false],
    ['verify: "false"', true, 'warning value-not-boolean'],
    ['insecure: true', false],
    ['insecure: "TRUE"', false],
    ['insecure: yes', false],
    ['insecure: "yes"', true, 'warning value-not-boolean'],
    ['insecure: true\nverify: true', false],
    ['insecure: false\nverify: false', false],
  ];
  for (const [entry, verify, ...problems] of verified) {
    it(`${verify ? 'checks' : 'does not check'} certificates: ${entry.replaceAll('\n', '; ')}`, async () => {
      const made = await cloud(entry);
      assert.deepEqual([made.tls.verify, codes(made.problems)], [verify, problems]);
    });
  }

  it('finds its certificates at home, beside the file, or where they are', async () => {
    const { tls } = await cloud('cacert: ~/ca.pem\ncert: own/cert.pem\nkey: /etc/key.pem');
    assert.deepEqual(tls, {
      verify: true,
      caFile: `${HOME}/ca.pem`,
      certFile: `${USER}/own/cert.pem`,
      keyFile: '/etc/key.pem',
    });
  });

  const types: readonly (readonly [entry: string, authType: string, ...codes: string[]])[] = [
    ['auth_type: v3applicationcredential', 'v3applicationcredential'],
    ['auth_plugin: token', 'token'],
    ['auth_type: None', 'none'],
    ['auth_type: ""', 'none'],
    ['auth_type: v3oidcpassword', 'v3oidcpassword', 'error auth-type-unknown'],
    ['auth_type: v2password', 'v2password', 'error auth-type-unknown'],
    ['profile: vexxhost', 'password', 'error profile-unknown'],
    ['cloud: https://evil.example/', 'password', 'error profile-unknown'],
    ['auth_type: v3applicationcredential\nproject_name: p', 'v3applicationcredential', 'warning scope-ignored'],
  ];
  for (const [entry, authType, ...problems] of types) {
    it(`logs in by ${authType}: ${entry.replaceAll('\n', '; ')}`, async () => {
      const made = await cloud(entry);
      assert.deepEqual([made.authType, codes(made.problems)], [authType, problems]);
    });
  }

  it('says the name of what it can not use, not its value', async () => {
    const [unknown] = (await cloud('auth_type: v3kerberos')).problems;
    assert.match(unknown?.message ?? '', /"v3kerberos"/);
    const [unquoted] = (await cloud('auth: {password: 8675309}')).problems;
    assert.match(unquoted?.message ?? '', /"password"/);
    assert.doesNotMatch(unquoted?.message ?? '', /8675309/);
  });

  // Read off openstacksdk 0.101 with PyYAML; truth values and dates, which it can't send, as Python writes them.
  const scalars: readonly (readonly [written: string, value: string | undefined, quoted: boolean])[] = [
    ['hush', 'hush', true],
    ['"0123"', '0123', true],
    ['0123', '83', false],
    ['0189', '0189', true],
    ['123', '123', false],
    ['12345678901234567890123456789012', '12345678901234567890123456789012', false],
    ['1e10', '1e10', true],
    ['1234567890e12345678901234567890f', '1234567890e12345678901234567890f', true],
    ['1.5e+3', '1500.0', false],
    ['1.50', '1.5', false],
    ['1_000', '1000', false],
    ['0x1F', '31', false],
    ['12:30', '750', false],
    ['12:30:45', '45045', false],
    ['1.0e+16', '1e+16', false],
    ['.inf', 'inf', false],
    ['NO', 'False', false],
    ['on', 'True', false],
    ['y', 'y', true],
    ['2024-01-31', '2024-01-31', false],
    ['~', undefined, true],
    ['null', undefined, true],
    ['p{x}y', 'p{x}y', true],
  ];
  for (const [written, value, quoted] of scalars) {
    it(`reads a password that is written ${written} as openstacksdk does`, async () => {
      const made = await cloud(`auth:\n  password: ${written}`);
      assert.equal(made.auth.password, value);
      assert.deepEqual(codes(made.problems), quoted ? [] : ['warning value-not-quoted']);
    });
  }
});
