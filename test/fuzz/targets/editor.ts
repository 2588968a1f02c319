import { harmless as harmlessInTerminal } from '../../../src/cli/terminal.ts';
import { dispatchMessage, type PageHandlers } from '../../../src/features/transfers/messages.ts';
import { escapeMarkdown } from '../../../src/platform/markdown.ts';
import { redact } from '../../../src/platform/engine/redact.ts';
import { readTransfers } from '../../../src/state/transfers/transfers-kept.ts';
import { readPageState } from '../../../src/webview/transfers/page-state.ts';
import { viewOf } from '../../../src/webview/transfers/view.ts';
import { harmless as harmlessOnPage } from '../../../src/webview/transfers/words.ts';
import { hclString } from '../../../src/core/terraform/hcl-string.ts';
import { terraformLabel } from '../../../src/core/terraform/render.ts';
import { commentLines } from '../../../src/core/definition/text/json-text.ts';
import { suggestName } from '../../../src/core/definition/writing/suggest.ts';
import { parses, shows, type Target } from '../target.ts';
import { quote } from '../../../src/core/quote.ts';

const TRANSFER = {
  id: '1',
  name: 'n',
  action: 'create',
  cloud: 'c',
  region: 'r',
  origin: 'o',
  imageId: null,
  file: '/f',
  key: 'k',
  index: 0,
  status: 'done',
  cancelling: false,
  phase: 'uploading',
  phases: ['staging', 'uploading'],
  sent: 5,
  total: 10,
  cloudSize: 5,
  startedAt: 1,
  endedAt: 2,
  throughput: [1, 2],
  digests: [{ algorithm: 'md5', here: 'a', cloud: 'a' }],
  verified: { size: true, md5: null, multihash: true },
  error: { code: 'c', message: 'm', next: null, status: 500, requestId: 'r' },
};
const NASTY = [
  '\u001b[2J',
  '\u001b]8;;http://x\u0007a\u001b]8;;\u0007',
  '\u009b31m',
  '\u202e',
  '\r',
  '[a](command:b)',
  '`',
  '<img src=x>',
  '$(zap)',
];
const handled = new Set<string>();
const handler = ({ type }: { readonly type: string }): void => void handled.add(type);
const HANDLERS: PageHandlers = {
  ready: handler,
  cancel: handler,
  cancelAll: handler,
  retry: handler,
  openImage: handler,
  openDefinition: handler,
  showFile: handler,
  saveReport: handler,
  copy: handler,
  clear: handler,
};

/** What windows and terminals are shown, and what pages and other windows say. */
export const editorTargets: readonly Target[] = [
  {
    name: 'editor: messages of the page',
    kind: 'json',
    samples: ['{"type":"ready"}', '{"type":"cancel","id":"1"}', '{"type":"copy","text":"a"}'],
    largest: 100_000,
    run: parses(({ value }) => dispatchMessage(value, HANDLERS)),
  },
  {
    name: 'editor: what a page kept',
    kind: 'json',
    samples: ['{"expanded":{"1":true},"scroll":5}'],
    largest: 100_000,
    run: ({ value }) => (Number.isFinite(readPageState(value).scroll) ? undefined : 'it scrolls nowhere'),
  },
  {
    name: 'editor: transfers that other windows kept',
    kind: 'json',
    samples: [JSON.stringify([TRANSFER, { ...TRANSFER, id: '2', status: 'running', endedAt: null }])],
    largest: 300_000,
    run: parses(({ value }) => {
      for (const transfer of readTransfers(value)) viewOf(transfer);
    }),
  },
  {
    name: 'words: in a terminal',
    kind: 'text',
    samples: NASTY,
    words: NASTY,
    largest: 1_000_000,
    run: shows(1_100_000, ({ text }) => harmlessInTerminal(text)),
  },
  {
    name: 'words: on a page',
    kind: 'text',
    samples: NASTY,
    words: NASTY,
    largest: 1_000_000,
    run: shows(1_100_000, ({ text }) => harmlessOnPage(text)),
  },
  {
    name: 'words: without secrets',
    kind: 'text',
    samples: [
      'https://u:S3CRET@x/',
      'x-auth-token: S3CRET',
      '"password": "S3CRET"',
      'token=S3CRET',
      `gAAAAA${'x'.repeat(30)}`,
      'eyJa.b.c',
    ],
    words: ['password', 'token', '://', '"', "'", ':', '=', '\\', '@', 'eyJ', 'gAAAAA'],
    largest: 1_000_000,
    run: parses(({ text }) => redact(text)),
  },
  {
    name: 'words: in Markdown',
    kind: 'text',
    samples: NASTY,
    words: NASTY,
    largest: 100_000,
    run: parses(({ text }) => escapeMarkdown(text)),
  },
  {
    name: 'words: in definitions and Terraform',
    kind: 'text',
    samples: [...NASTY, '${x} %{y}', '*/', 'EOT\n'],
    words: NASTY,
    largest: 100_000,
    run: ({ text }) => {
      if (JSON.parse(quote(text)) !== text) return 'a quoted text is another one';
      if (commentLines(text).some((line) => /[\r\n\u2028\u2029]/.test(line))) return 'a comment ends its line';
      hclString(text);
      return /^[A-Za-z_][\w-]*$/.test(terraformLabel(text))
        ? undefined
        : `a label is ${JSON.stringify(terraformLabel(text))}`;
    },
  },
  {
    name: 'words: names for files',
    kind: 'text',
    samples: ['https://x/a-b_c.qcow2?d', '/a/b.tar.gz', '....'],
    words: ['/', '.', '%', '%2e', '\\'],
    largest: 50_000,
    run: parses(({ text }) => suggestName(text)),
  },
];
