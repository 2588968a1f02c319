import assert from 'node:assert/strict';
import { escapeMarkdown } from '../../../../src/platform/markdown.ts';
import { transferReport, transferReportMarkdown } from '../../../../src/state/transfers/transfer-report.ts';
import { differingTransfer, sampleTransfer, verifiedTransfer } from '../../webview/transfers/sample-transfers.ts';

describe('the report of a transfer', () => {
  it('holds what was done, what was compared and when, as a document', () => {
    const report = JSON.parse(JSON.stringify(transferReport(verifiedTransfer()))) as Record<string, unknown>;
    assert.equal(report.status, 'done');
    assert.deepEqual(report.verified, { size: true, md5: true, multihash: true });
    assert.equal(report.started_at, '2026-01-02T03:04:05.000Z');
    assert.equal((report.digests as readonly unknown[]).length, 2);
    assert.equal(report.error, null);
  });

  it('says in words what differs, with the request id', () => {
    const transfer = differingTransfer();
    const text = transferReportMarkdown(transfer, escapeMarkdown);
    assert.match(text, /NO: they differ/);
    assert.match(text, /## Error/);
    assert.ok(text.includes(transfer.error?.requestId ?? 'none'));
    for (const { here } of transfer.digests) assert.ok(text.includes(here ?? ''));
  });

  it('shows names as text', () => {
    const text = transferReportMarkdown(sampleTransfer({ name: 'a | b [x](y)' }), escapeMarkdown);
    assert.match(text, /# Transfer of a \\\| b \\\[x\\\]\\\(y\\\)/);
  });
});
