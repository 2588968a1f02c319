import assert from 'node:assert/strict';
import { cloud, HOME, read, USER } from '../read-files.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n';

describe('the spelling of a cloud', () => {
  const said: readonly (readonly [entry: string, line: number, code: string, ...words: string[]])[] = [
    ['region: RegionTwo', 3, 'warning key-unknown', '"region"', 'Write "region_name"'],
    ['auth:\n  auth_url: http://k\nca-cert: /ca.pem', 5, 'warning key-unknown', '"ca_cert"', 'Write "cacert"'],
    ['auth:\n  user: demo', 4, 'warning key-unknown', '"user"', 'Write "username"'],
    ['auth:\n  pasword: hush', 4, 'warning key-unknown', '"pasword"', 'Write "password"'],
    ['auth:\n  auth_type: token\n  token: t', 4, 'warning key-unknown', '"auth_type"', 'beside "auth"'],
    ['auth:\n  password: "hush "', 4, 'warning value-padded', '"password"', 'ends with a blank'],
    ['auth:\n  password: |\n    hush', 4, 'warning value-padded', '"password"', 'ends with a line break'],
    ['username: " demo"', 3, 'warning value-padded', '"username"', 'begins with a blank'],
    ['auth:\n  application_credential_id: i', 4, 'error auth-incomplete', '"auth_type: v3applicationcredential"'],
    ['auth_type: password\ntoken: t', 3, 'error auth-incomplete', 'auth_type password', '"auth_type: token"'],
    ['auth:\n  auth_url: 127.0.0.1:5000/v3', 4, 'error address-invalid', '"auth_url"', '"https://127.0.0.1:5000/v3"'],
    ['auth:\n  auth_url: keystone.example:5000', 4, 'error address-invalid', '"https://keystone.example:5000"'],
    ['auth:\n  auth_url: ftp://me:hush@k/?hush', 4, 'error address-invalid', '"ftp://k/"'],
    ['auth:\n  auth_url: me:hush@k/v3', 4, 'error address-invalid', '"https://k/v3"'],
    ['image_endpoint_override: glance/v2', 3, 'error address-invalid', '"image_endpoint_override"', '"glance/v2"'],
  ];
  for (const [entry, line, code, ...words] of said) {
    it(`is said at its line: ${entry.replaceAll('\n', '; ')}`, async () => {
      const { problems } = await cloud(entry);
      const found = problems.find((each) => `${each.severity} ${each.code}` === code);
      assert.ok(found, JSON.stringify(problems));
      assert.deepEqual([found.file, found.line], [`${USER}/clouds.yaml`, line]);
      for (const word of words) assert.ok(found.message.includes(word), found.message);
      assert.doesNotMatch(JSON.stringify(problems), /hush/);
    });
  }

  const right = [
    'region: old\nregion_name: R',
    'auth: {application_credential_id: i, application_credential_secret: s}\nauth_type: v3applicationcredential',
    'auth: {username: u, application_credential_id: i}',
    'auth: {auth_url: " https://k "}',
    'volume_api_version: 3\nfloating_ip_source: None',
    'auth: {some_plugin_option: 1.5}',
  ];
  for (const entry of right) {
    it(`is right: ${entry.replaceAll('\n', '; ')}`, async () => {
      const { problems } = await cloud(entry);
      const codes = problems.map(({ code }) => code).filter((code) => code !== 'value-not-quoted');
      assert.deepEqual(codes, []);
    });
  }

  it('trims an address and keeps a certificate that stands in the place of its path', async () => {
    const indented = PEM.replaceAll('\n', '\n  ').trimEnd();
    const made = await cloud(`auth: {auth_url: "https://k/v3 "}\ncacert: |\n  ${indented}\ncert: ~/c.pem`);
    assert.equal(made.auth.auth_url, 'https://k/v3');
    assert.deepEqual(made.tls, { verify: true, ca: PEM, certFile: `${HOME}/c.pem` });
  });

  it('is not taken for wrong where variables of the environment are meant for other programs', async () => {
    const { clouds } = await read({}, { environment: { OS_USERNAME: 'u', OS_REGION: 'R', OS_PASSWORD: 'hush\r' } });
    assert.deepEqual(
      clouds[0]?.problems.map(({ code }) => code),
      ['value-padded'],
    );
  });

  for (const value of ['!vault |\n  $ANSIBLE_VAULT;1.1;AES256', '!ENV ${PASSWORD}', '!secret [a]']) {
    it(`is refused with the line of a tag that is another tool's: ${value.split(/\s/)[0] ?? ''}`, async () => {
      const text = `clouds:\n  c:\n    auth:\n      password: ${value.replaceAll('\n', '\n      ')}\n`;
      const { clouds, problems } = await read({ [`${USER}/clouds.yaml`]: text });
      assert.deepEqual(clouds, []);
      assert.match(problems[0]?.message ?? '', /clouds\.yaml:4: The tag !\w+ is for another tool/);
      assert.doesNotMatch(problems[0]?.message ?? '', /ANSIBLE_VAULT|PASSWORD/);
    });
  }
});
