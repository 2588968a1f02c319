import assert from 'node:assert/strict';
import { isSpared } from '../../../../src/node/http/no-proxy.ts';

describe('NO_PROXY', () => {
  const cases: readonly (readonly [noProxy: string, url: string, spared: boolean])[] = [
    ['', 'https://a.example/', false],
    [',', 'https://a.example/', false],
    ['.', 'https://a.example/', false],
    ['*', 'https://a.example/', true],
    ['a.example', 'https://a.example:5000/v3', true],
    ['example', 'https://a.example/', true],
    ['example', 'https://another-example/', false],
    ['a.example', 'https://example/', false],
    ['.example, b', 'https://a.example/', true],
    ['.a.example', 'https://a.example/', true],
    ['*.example', 'https://a.example/', true],
    ['*.a.example', 'https://a.example/', false],
    ['a.example.', 'https://a.example/', true],
    ['a.example', 'https://a.example./', true],
    ['bücher.example', 'https://xn--bcher-kva.example/', true],
    ['a.example:5000', 'https://a.example:5000/', true],
    ['a.example:443', 'https://a.example/', true],
    ['a.example:80', 'https://a.example/', false],
    ['b A.EXAMPLE', 'https://a.example/', true],
    ['10.1.2.3', 'http://10.1.2.3:5000/', true],
    ['2.3', 'http://10.1.2.3:5000/', false],
    ['10.0.0.0/8', 'http://10.1.2.3:5000/', true],
    ['10.1.2.200/25', 'http://10.1.2.3/', false],
    ['10.1.2.3/32', 'http://10.1.2.3/', true],
    ['0.0.0.0/0', 'http://10.1.2.3/', true],
    ['10.0.0.0/33', 'http://10.1.2.3/', false],
    ['10.0.0.0/8', 'http://ten.example/', false],
    ['10.1.2.1-10.1.2.9', 'http://10.1.2.3/', true],
    ['10.1.2.4-10.1.2.9', 'http://10.1.2.3/', false],
    ['[::1]:80', 'http://[::1]/', true],
    ['[::1]:81', 'http://[::1]/', false],
    ['[::1]', 'http://[::1]:5000/', true],
    ['::1', 'http://[::1]/', true],
    ['0:0:0:0:0:0:0:1', 'http://[::1]/', true],
    ['fd00::/8', 'http://[fd12::5]/', true],
    ['fd00::/8', 'http://[fe80::5]/', false],
  ];
  for (const [noProxy, url, expected] of cases) {
    it(`${JSON.stringify(noProxy)} ${expected ? 'spares' : 'does not spare'} ${url}`, () => {
      assert.equal(isSpared(url, noProxy), expected);
    });
  }
});
