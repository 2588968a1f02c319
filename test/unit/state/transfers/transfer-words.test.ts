import assert from 'node:assert/strict';
import { transferInWords } from '../../../../src/state/transfers/transfer-words.ts';
import { sampleTransfer } from '../../webview/transfers/sample-transfers.ts';

describe('a transfer on the row of its image', () => {
  it('has a percentage of what is known in full only, and never more than 100', () => {
    const uploading = (sent: number, total: number): string =>
      transferInWords(sampleTransfer({ phase: 'uploading', cancelling: false, sent, total }));
    assert.equal(uploading(43, 100), 'uploading, 43%');
    assert.equal(uploading(130, 100), 'uploading, 100%');
    assert.equal(uploading(43, 0), 'uploading');
  });

  it('says that it is being cancelled, whatever it is at', () => {
    assert.equal(transferInWords(sampleTransfer({ phase: 'uploading', cancelling: true })), 'cancelling');
  });
});
