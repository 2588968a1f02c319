import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { confirmSecure } from '../../../../src/platform/prompts/secure-prompt.ts';

describe('the question whether a workspace may have the secrets of secure.yaml', () => {
  const { showWarningMessage } = vscode.window;
  const consent = {
    secureFile: '/home/ann/secure.yaml',
    receivers: ['https://k.example:5000/v3'],
    ownCertificates: false,
  };
  let asked: { readonly question: string; readonly detail: string | undefined; readonly modal: boolean | undefined }[];
  let answer: string | undefined;

  beforeEach(() => {
    asked = [];
    const show = (question: string, options: vscode.MessageOptions): Thenable<string | undefined> => {
      asked.push({ question, detail: options.detail, modal: options.modal });
      return Promise.resolve(answer);
    };
    vscode.window.showWarningMessage = show;
  });

  afterEach(() => {
    vscode.window.showWarningMessage = showWarningMessage;
  });

  function memory(): vscode.Memento {
    const kept = new Map<string, unknown>();
    const made: Pick<vscode.Memento, 'update'> & { get(key: string, fallback: unknown): unknown } = {
      get: (key, fallback) => kept.get(key) ?? fallback,
      update: (key, value) => Promise.resolve(void kept.set(key, value)),
    };
    return made as Partial<vscode.Memento> as vscode.Memento;
  }

  it('names cloud, file and address, and is not asked again once it was agreed to', async () => {
    const confirm = confirmSecure(memory());
    answer = undefined;
    assert.equal(await confirm('prod', consent), false);
    answer = 'Send';
    assert.equal(await confirm('prod', consent), true);
    assert.equal(await confirm('prod', consent), true);
    assert.equal(asked.length, 2);
    assert.equal(asked[0]?.question, 'Send your secrets to k.example:5000?');
    assert.equal(asked[0].modal, true);
    for (const part of ['"prod"', consent.secureFile, consent.receivers[0]])
      assert.ok(asked[0].detail?.includes(part ?? ''));
  });

  it('is asked again for another address, and where certificates are not checked', async () => {
    const confirm = confirmSecure(memory());
    answer = 'Send';
    await confirm('prod', consent);
    await confirm('prod', { ...consent, receivers: ['https://evil.example/v3'] });
    await confirm('prod', { ...consent, ownCertificates: true });
    assert.equal(asked.length, 3);
    assert.match(asked[2]?.detail ?? '', /how the certificate of that address is checked/);
  });
});
