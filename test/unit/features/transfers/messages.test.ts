import assert from 'node:assert/strict';
import { dispatchMessage } from '../../../../src/features/transfers/messages.ts';
import type { PageHandlers } from '../../../../src/features/transfers/messages.ts';
import type { FromPage } from '../../../../src/webview/transfers/protocol.ts';

const messages: readonly FromPage[] = [
  { type: 'ready' },
  { type: 'cancel', id: 'a' },
  { type: 'cancelAll' },
  { type: 'retry', id: 'a' },
  { type: 'openImage', id: 'a' },
  { type: 'openDefinition', id: 'a' },
  { type: 'showFile', id: 'a' },
  { type: 'saveReport', id: 'a' },
  { type: 'copy', text: 'abc' },
  { type: 'clear' },
];

describe('messages of the transfers page', () => {
  let received: FromPage[];
  const note = (message: FromPage): void => void received.push(message);
  const handlers: PageHandlers = {
    ready: note,
    cancel: note,
    cancelAll: note,
    retry: note,
    openImage: note,
    openDefinition: note,
    showFile: note,
    saveReport: note,
    copy: note,
    clear: note,
  };

  beforeEach(() => {
    received = [];
  });

  it('reach their handlers', () => {
    for (const message of messages) assert.equal(dispatchMessage(message, handlers), true);
    assert.deepEqual(received, messages);
  });

  it('carry nothing but what the protocol names', () => {
    dispatchMessage({ type: 'cancel', id: 'a', command: 'rm' }, handlers);
    assert.deepEqual(received, [{ type: 'cancel', id: 'a' }]);
  });

  it('are ignored where they are none of the page', () => {
    const strange = [
      undefined,
      null,
      7,
      'ready',
      [],
      {},
      { type: 'toString' },
      { type: 'cancel' },
      { type: 'copy', text: 1 },
    ];
    for (const message of strange) assert.equal(dispatchMessage(message, handlers), false);
    assert.deepEqual(received, []);
  });
});
