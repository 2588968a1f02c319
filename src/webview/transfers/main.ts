import { Announcer } from './announcer.ts';
import { readPageState } from './page-state.ts';
import type { PageState } from './page-state.ts';
import type { FromPage, ToPage, Transfer } from './protocol.ts';
import { TransferList } from './transfer-list.ts';

/** The API that VS Code offers a page. */
interface Host {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: PageState): void;
}

declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();
let state = readPageState(host.getState());

const list = new TransferList({
  post: (message) => host.postMessage(message),
  expanded: (id) => state.expanded[id],
  onToggle: (id, expanded) => keep({ expanded: { ...state.expanded, [id]: expanded } }),
});

const live = document.getElementById('live');
const announcer = live === null ? undefined : new Announcer(live);
document.getElementById('transfers')?.append(list.root);

const types: Readonly<Record<ToPage['type'], true>> = { all: true, changed: true, removed: true };

// Only the extension and VS Code can post to a webview; other messages are ignored.
window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (isToPage(data)) dispatch(data);
});
window.addEventListener('scroll', () => keep({ scroll: window.scrollY }), { passive: true });
host.postMessage({ type: 'ready' });

function dispatch(message: ToPage): void {
  switch (message.type) {
    case 'all':
      showAll(message.transfers);
      break;
    case 'changed':
      list.changed(message.transfer);
      announcer?.changed(message.transfer);
      break;
    case 'removed':
      list.removed(message.id);
      break;
  }
}

function showAll(transfers: readonly Transfer[]): void {
  list.all(transfers);
  for (const transfer of transfers) announcer?.known(transfer);
  forgetUnknown(new Set(transfers.map(({ id }) => id)));
  window.scrollTo({ top: state.scroll });
}

function isToPage(data: unknown): data is ToPage {
  return typeof data === 'object' && data !== null && 'type' in data && Object.hasOwn(types, String(data.type));
}

function keep(change: Partial<PageState>): void {
  state = { ...state, ...change };
  host.setState(state);
}

/** Drops the state of removed transfers. */
function forgetUnknown(known: ReadonlySet<string>): void {
  keep({ expanded: Object.fromEntries(Object.entries(state.expanded).filter(([id]) => known.has(id))) });
}
