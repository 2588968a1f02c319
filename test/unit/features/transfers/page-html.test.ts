import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { pageHtml } from '../../../../src/features/transfers/page-html.ts';
import { overallPercent } from '../../../../src/state/transfers/overall-percent.ts';
import { sampleTransfer } from '../../webview/transfers/sample-transfers.ts';

const parts = {
  cspSource: 'https://host.example',
  nonce: 'abc123',
  script: 'https://host.example/transfers.js',
  style: 'https://host.example/transfers.css',
  title: 'Glance <Transfers> & "more"',
};

describe('the HTML of the transfers page', () => {
  it('allows our own style sheet and the script with the nonce, and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(pageHtml(parts))?.[1];
    assert.equal(policy, "default-src 'none'; style-src https://host.example; script-src 'nonce-abc123'");
  });

  it('holds one script, with the nonce, and no inline style or handler', () => {
    const html = pageHtml(parts);
    assert.deepEqual(html.match(/<script[^>]*>/g), ['<script nonce="abc123" src="https://host.example/transfers.js">']);
    assert.doesNotMatch(html, /\sstyle=|\son\w+=/);
  });

  it('writes text as text', () => {
    assert.match(pageHtml(parts), /<h1>Glance &lt;Transfers&gt; &amp; &quot;more&quot;<\/h1>/);
  });
});

describe('the style sheet of the transfers page', () => {
  it('has no colours of its own', async () => {
    const css = await readFile('media/css/transfers.css', 'utf8');
    assert.doesNotMatch(css, /#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/i);
  });
});

describe('the share of all bytes that are sent', () => {
  it('counts every running transfer by its bytes', () => {
    const one = sampleTransfer({ sent: 100, total: 100 });
    const other = sampleTransfer({ sent: 0, total: 300 });
    assert.equal(overallPercent([one, other]), 25);
  });

  it('is unknown where none sends any', () => {
    assert.equal(overallPercent([sampleTransfer({ total: 0, sent: 0 })]), undefined);
  });
});
