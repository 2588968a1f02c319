import assert from 'node:assert/strict';
import { cloudAt } from '../../../../../src/core/keystone/clouds/configuration.ts';
import { cloud, codes, HOME, USER } from '../read-files.ts';

describe('a cloud', () => {
  // Read off openstacksdk 4.22: what a command line sets lands beside auth, so names of projects and domains win there.
  const merged: readonly (readonly [inside: string, beside: string, auth: Record<string, string>])[] = [
    [
      '{auth-url: "http://k"}',
      'username: u\nproject-domain-name: D',
      { auth_url: 'http://k', username: 'u', project_domain_name: 'D' },
    ],
    ['{username: in, password: in}', 'username: beside\npassword: beside', { username: 'in', password: 'in' }],
    [
      '{project_name: in, token: in}',
      'project_name: beside\ntoken: beside',
      { project_name: 'beside', token: 'beside' },
    ],
    ['{password: ""}', 'password: beside', { password: 'beside' }],
    ['{project_id: "", user_id: ~}', 'project_id: ""', {}],
    ['{tenant_name: old, project_name: new}', 'auth_token: t', { project_name: 'new', token: 't' }],
    ['{user_name: u}', 'tenant_id: t', { username: 'u', project_id: 't' }],
  ];
  for (const [inside, beside, expected] of merged) {
    it(`has in auth ${JSON.stringify(expected)}: ${inside} with ${beside.replaceAll('\n', '; ')}`, async () => {
      assert.deepEqual((await cloud(`auth: ${inside}\n${beside}`)).auth, expected);
    });
  }

  it('takes what begins as a number and is none for a text', async () => {
    for (const word of ['0x', '0x_', '-0b__', '0b']) {
      const { auth } = await cloud(`auth: {auth_url: x, password: ${word}}`);
      assert.equal(auth.password, word);
    }
  });

  it('has public endpoints, checked certificates and no regions of its own where it says nothing', async () => {
    const { regions, tls, authType, interfaces, imageEndpoint, problems } = await cloud('auth: {auth_url: "http://x"}');
    assert.deepEqual(
      [regions, tls, authType, interfaces, imageEndpoint, problems],
      [[], { verify: true }, 'password', ['public'], undefined, []],
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
    ['regions: [{name: A, values: {auth: {auth_url: "http://x"}}}]', ['A']],
    ['regions: [{name: A, vales: {}}]', ['A'], 'error region-invalid'],
    ['regions: [{name: A, values: 5}]', ['A'], 'error region-invalid'],
    ['region_name: 12', ['12'], 'warning value-not-quoted'],
    ['region_name: NO', ['False'], 'warning value-not-quoted'],
    ['regions: [NO, 1_0]', ['False', '10'], 'warning value-not-quoted', 'warning value-not-quoted'],
    ['region-name: A', ['A']],
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

  it('never has a secret in auth_url, even if that asks for it', async () => {
    const { auth } = await cloud('auth: {auth_url: "https://{password}.x/{token}"}\npassword: hush\ntoken: hush');
    assert.equal(auth.auth_url, 'https://{password}.x/{token}');
  });

  it('is in a region what that region says of it', async () => {
    const made = await cloud(
      [
        'auth: {auth_url: "https://{region_name}.x", username: u, project_name: p}',
        'regions:',
        '- A',
        '- {name: B, values: {auth: {project_name: q}, endpoint-type: internalURL, cacert: b.pem, verify: false}}',
        '- {name: C, values: {image_endpoint_override: "https://g/{region_name}", auth_type: v3kerberos}}',
      ].join('\n'),
    );
    assert.deepEqual([made.regions, made.problems], [['A', 'B', 'C'], []]);
    const [a, b, c] = made.regions.map((region) => cloudAt(made, region));
    assert.deepEqual(a?.auth, { auth_url: 'https://A.x', username: 'u', project_name: 'p' });
    assert.deepEqual(b?.auth, { auth_url: 'https://B.x', username: 'u', project_name: 'q' });
    assert.deepEqual(
      [b.interfaces, b.tls, b.regions],
      [['internal'], { verify: false, caFile: `${USER}/b.pem` }, ['B']],
    );
    assert.deepEqual([c?.imageEndpoint, c && codes(c.problems)], ['https://g/C', ['error auth-type-unknown']]);
    assert.equal(cloudAt(made, 'D'), made);
  });

  it('is the same in all regions that say nothing', async () => {
    const made = await cloud(
      'auth: {auth_url: "http://x"}\nregions: [A, {name: B, values: {networks: []}}, {name: C}]',
    );
    assert.equal(made.inRegions, undefined);
    assert.equal(cloudAt(made, 'toString'), made);
  });

  const interfaces: readonly (readonly [entry: string, ...kinds: readonly string[]])[] = [
    ['interface: internal', 'internal'],
    ['endpoint_type: internalURL', 'internal'],
    ['interface: internal\nimage_interface: admin', 'admin'],
    ['interface: [internalURL, public]', 'internal', 'public'],
    ['interface: []', 'public'],
    ['interface: ""', 'public'],
  ];
  for (const [entry, ...kinds] of interfaces) {
    it(`has the interface ${kinds.join(', else ')}: ${entry.replaceAll('\n', '; ')}`, async () => {
      assert.deepEqual((await cloud(entry)).interfaces, kinds);
    });
  }

  it('can say where its images are', async () => {
    const { imageEndpoint, imageRegion, imageService } = await cloud(
      'image_endpoint_override: http://g\nimage_region_name: I\nimage_service_type: t\nimage-service-name: n',
    );
    assert.deepEqual([imageEndpoint, imageRegion, imageService], ['http://g', 'I', { type: 't', name: 'n' }]);
    assert.equal((await cloud('image_endpoint: http://g')).imageEndpoint, 'http://g');
  });

  for (const [version, ...problems] of [['2'], ['"2"'], ['2.0'], ['1', 'warning image-api-version']] as const) {
    it(`${problems.length === 0 ? 'takes' : 'warns of'} version ${version} of the Image API`, async () => {
      assert.deepEqual(codes((await cloud(`image_api_version: ${version}`)).problems), problems);
    });
  }

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
    ['auth_type: v3oidcpassword', 'v3oidcpassword'],
    ['auth_type: v3oidcauthcode', 'v3oidcauthcode', 'error auth-type-unknown'],
    ['auth_type: v3multifactor\nauth_methods: [v3password, v3totp]', 'v3multifactor'],
    ['auth_type: v3multifactor\nauth_methods: [v3password, v3kerberos]', 'v3multifactor', 'error auth-type-unknown'],
    ['auth_type: v3multifactor', 'v3multifactor', 'error auth-incomplete'],
    ['system_scope: all', 'password'],
    ['system_scope: some', 'password', 'warning scope-ignored'],
    ['system_scope: all\nproject_name: p', 'password', 'warning scope-ignored'],
    ['system_scope: all\ndomain_id: d', 'password', 'warning scope-ignored'],
    ['auth_type: v2password', 'v2password', 'error auth-type-unknown'],
    ['profile: vexxhost', 'password', 'error profile-remote'],
    ['cloud: https://evil.example/', 'password', 'error profile-remote'],
    ['profile: nonsense', 'password', 'error profile-unknown'],
    ['profile: toString', 'password', 'error profile-unknown'],
    ['profile: nonsense\nauth: {auth_url: "http://x"}', 'password', 'warning profile-unknown'],
    ['auth_type: v3applicationcredential\nproject_name: p', 'v3applicationcredential', 'warning scope-ignored'],
  ];
  for (const [entry, authType, ...problems] of types) {
    it(`logs in by ${authType}: ${entry.replaceAll('\n', '; ')}`, async () => {
      const made = await cloud(entry);
      assert.deepEqual([made.authType, codes(made.problems)], [authType, problems]);
    });
  }

  it('computes no number out of what only looks like one', async () => {
    const digits = '9'.repeat(5000);
    const times = `1${':0'.repeat(5000)}`;
    const { auth } = await cloud(`auth: {auth_url: http://k, username: ${digits}, password: '${times}'}\npassword: 1`);
    assert.deepEqual([auth.username, auth.password], [digits, times]);
    assert.equal((await cloud(`auth: {auth_url: http://k}\nusername: ${times}`)).auth.username, times);
  });

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
    ['1.0e+400', 'inf', false],
    ['0.00001', '1e-05', false],
    ['0.0001', '0.0001', false],
    ['-1:30', '-90', false],
    ['190:20:30.15', '685230.15', false],
    ['0b11', '3', false],
    ['0o17', '0o17', true],
    ['-.5', '-.5', true],
    ['2001-1-1', '2001-1-1', true],
    ['2001-12-14 21:59:43', '2001-12-14 21:59:43', false],
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
