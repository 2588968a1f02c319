import type { Cloud } from '../../../src/core/keystone/clouds/configuration.ts';
import { imageEndpoints, imageRoot, readCatalog } from '../../../src/core/keystone/login/catalog.ts';
import { plainScalar } from '../../../src/core/keystone/yaml/plain-scalar.ts';
import { furtherMethods, loginRefused } from '../../../src/core/keystone/login/refused-login.ts';
import { readToken } from '../../../src/core/keystone/login/token.ts';
import { isSpared } from '../../../src/node/http/no-proxy.ts';
import { readProxies } from '../../../src/node/http/proxies.ts';
import { read, USER } from '../../unit/core/keystone/read-files.ts';
import { parses, shows, type Target } from '../target.ts';

const CLOUDS = `# mine
clouds:
  one: &one
    profile: vexxhost
    auth: {auth_url: "https://example.org:5000/v3", username: me, password: 'p: "1"', project_name: p}
    regions:
      - RegionOne
      - name: RegionTwo
        values: {image_endpoint_override: http://127.0.0.1:1, networks: []}
    interface: [internal, public]
    verify: no
    cacert: ~/ca.pem
  two:
    <<: *one
    auth_type: v3applicationcredential
    application-credential-id: a
    region_name: |
      x
`;
const TOKEN = JSON.stringify({
  token: {
    issued_at: '2026-01-01T00:00:00.000000Z',
    expires_at: '2026-01-01T01:00:00.000000Z',
    project: { id: 'p', name: 'n', domain: { id: 'default' } },
    catalog: [
      {
        type: 'image',
        name: 'glance',
        id: '1',
        endpoints: [
          {
            id: '2',
            interface: 'public',
            region: 'RegionOne',
            region_id: 'RegionOne',
            url: 'https://glance.example.org/v2/',
          },
        ],
      },
      { type: 'identity', name: 'keystone', endpoints: [] },
    ],
  },
});
const RECEIPT = JSON.stringify({
  receipt: { methods: ['password'] },
  required_auth_methods: [['password', 'totp'], ['token']],
});
const CLOUD: Cloud = {
  name: 'c',
  origin: '/c/clouds.yaml',
  authType: 'password',
  auth: { auth_url: 'https://example.org/v3', username: 'me', password: 'S3CRET' },
  regions: [],
  interfaces: ['public'],
  tls: { verify: true },
  problems: [],
};

/** What describes clouds, and what Keystone answers. */
export const cloudTargets: readonly Target[] = [
  {
    name: 'clouds: clouds.yaml',
    kind: 'text',
    samples: [CLOUDS, 'clouds: {a: {auth: {auth_url: http://x}}}'],
    words: [
      'clouds:',
      '<<: *one',
      '&a',
      '*a',
      '!!binary',
      '? ',
      '- ',
      '[',
      '{',
      '|',
      '>',
      '---\n',
      '%YAML 1.2\n',
      'profile: ',
      '0o17',
      '1_000',
      'auth:',
      '__proto__:',
    ],
    largest: 60_000,
    run: parses(({ text }) => read({ [`${USER}/clouds.yaml`]: text })),
  },
  {
    name: 'clouds: secure.yaml over clouds.yaml',
    kind: 'text',
    samples: [CLOUDS, 'clouds: {one: {auth: {password: x}}}'],
    words: ['clouds:', 'one:', 'auth:', '__proto__:', 'regions:', '[', '{'],
    largest: 30_000,
    run: parses(({ text }) => read({ '/w/clouds.yaml': CLOUDS, [`${USER}/secure.yaml`]: text }, { folders: ['/w'] })),
  },
  {
    name: 'clouds: plain scalars',
    kind: 'text',
    samples: ['0123', '1_000', '0x1f', '1:30:00', 'yes', '.inf', '2001-01-01', '~', '-.5e+3'],
    words: ['_', ':', '.', 'e', '0'],
    largest: 20_000,
    run: parses(({ text }) => plainScalar(text)),
  },
  {
    name: 'Keystone: tokens',
    kind: 'json',
    samples: [TOKEN],
    largest: 200_000,
    run: parses(({ text }) => {
      const { catalog } = readToken({ status: 201, headers: { 'x-subject-token': 't' }, body: text }, CLOUD);
      imageEndpoints(catalog, CLOUD.interfaces);
    }),
  },
  {
    name: 'Keystone: catalogs',
    kind: 'json',
    samples: [JSON.stringify((JSON.parse(TOKEN) as { token: { catalog: unknown } }).token.catalog)],
    largest: 200_000,
    run: parses(({ value }) => readCatalog(value)),
  },
  {
    name: 'Keystone: addresses in catalogs',
    kind: 'text',
    samples: ['https://glance.example.org/v2/', 'http://[::1]:9292/image/v2.1', 'http://a//b///'],
    words: ['/', '//', 'v2', '/v2/', '%00', '@', '#'],
    largest: 100_000,
    run: parses(({ text }) => imageRoot(text)),
  },
  {
    name: 'Keystone: receipts and refusals',
    kind: 'json',
    samples: [RECEIPT, '{"error":{"message":"no","code":401}}'],
    largest: 300_000,
    run: ({ text }) => {
      const answer = { status: 401, headers: { 'openstack-auth-receipt': 'r' }, body: text };
      furtherMethods(answer);
      const { message } = loginRefused(answer, CLOUD, ['S3CRET']);
      return message.length > 2000 ? `the message has ${String(message.length)} characters` : undefined;
    },
  },
  {
    name: 'Keystone: what a refusal shows',
    kind: 'text',
    samples: ['{"error":{"message":"no S3CRET"}}', '<html><title>no</title></html>', 'plain S3CRET text'],
    words: ['S3CRET', '<br/>', '<', '\u001b[31m'],
    largest: 1_000_000,
    run: shows(2000, ({ text }) => loginRefused({ status: 401, headers: {}, body: text }, CLOUD, ['S3CRET']).explain()),
  },
  {
    name: 'proxies: NO_PROXY',
    kind: 'text',
    samples: ['localhost,127.0.0.1,.example.org,*.x.y,10.0.0.0/8,[::1]:8080', '*'],
    words: [',', '.', '*', '/', ':', '[', ']', ' '],
    largest: 50_000,
    run: parses(({ text }) => {
      isSpared('https://a.example.org:8443/x', text);
      readProxies({ HTTPS_PROXY: text, NO_PROXY: text });
    }),
  },
];
