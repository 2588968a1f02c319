import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Calls } from './call-worker.ts';

const SIZE = 1024 * 1024;
const PIECES = [
  '<',
  '<title',
  '<script>',
  '<a ',
  '/',
  ' ',
  '\n',
  '&',
  '&#',
  '(',
  '[',
  '](',
  '%',
  '?',
  '-',
  '.',
  'a',
  '_',
  '=',
  '"',
  "'",
  '\\',
  '{',
  '$',
  ':',
  '@',
  'token="',
  'password=',
  '-eyJ',
  'gAAAAA',
  '://',
  '\u001b[',
  '\u001b]',
  '\u202e',
  'On instance[',
  '\nFailed validating ',
  '<br ',
  '\u1100',
];
const texts = PIECES.flatMap((piece) => {
  const run = piece.repeat(Math.ceil(SIZE / piece.length));
  return [run, `x${run}x`];
});
const pages = texts.flatMap((text) => [`<html>${text}`, JSON.stringify({ message: text }), text]);

const READERS: readonly (readonly [module: string, name: string, as: Calls['as'], texts: readonly string[]])[] = [
  ['core/http/answers.ts', 'errorText', 'answer', pages],
  ['core/http/answers.ts', 'plainWords', 'text', texts],
  ['node/http/connection-failure.ts', 'withoutSecrets', 'text', texts],
  ['core/keystone/login/catalog.ts', 'imageRoot', 'text', texts.map((text) => `http://host/${text}`)],
  ['core/keystone/login/authentication.ts', 'keystoneRoot', 'text', texts.map((text) => `http://host/${text}`)],
  ['core/file-name.ts', 'fileNameOf', 'text', texts],
  ['core/file-name.ts', 'fileEndingOf', 'text', texts],
  ['core/terraform/hcl-string.ts', 'hclString', 'text', texts],
  ['core/terraform/render.ts', 'terraformLabel', 'text', texts],
  ['core/source/checksum.ts', 'findChecksum', 'text', texts],
  ['core/source/checksum.ts', 'readChecksum', 'text', texts],
  ['core/source/url/address.ts', 'addressKind', 'text', texts],
  ['platform/engine/redact.ts', 'redact', 'text', texts],
  ['platform/prompts/plain-message.ts', 'plainLabel', 'text', texts],
  ['platform/markdown.ts', 'escapeMarkdown', 'text', texts],
  ['cli/terminal.ts', 'harmless', 'text', texts],
];

describe('a text of 1 MiB that somebody made to be read slowly', () => {
  let worker: Worker | undefined;
  afterEach(() => worker?.terminate());

  // What hangs is stopped by the timeout of the test: the worker can be ended, this thread could not.
  for (const [file, name, as, given] of READERS) {
    it(`is read by ${name}`, async () => {
      const module = new URL(`../../../../src/${file}`, import.meta.url).href;
      const workerData: Calls = { module, name, texts: given, as };
      worker = new Worker(new URL('call-worker.ts', import.meta.url), { workerData });
      assert.deepEqual(await once(worker, 'message'), ['done']);
    }).timeout(60_000);
  }
});
