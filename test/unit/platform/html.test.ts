import assert from 'node:assert/strict';
import { html } from '../../../src/platform/html.ts';

describe('markup', () => {
  it('keeps what it made, and makes text of everything else', () => {
    const bold = html`<b>${'<i>'}</b>`;
    assert.equal(bold.text, '<b>&lt;i&gt;</b>');
    assert.equal(
      html`<p title="${`"'&`}">${[bold]}${undefined}${7}</p>`.text,
      '<p title="&quot;&#39;&amp;"><b>&lt;i&gt;</b>7</p>',
    );
  });
});
