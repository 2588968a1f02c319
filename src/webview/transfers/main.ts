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
/** VS Code's panel area is low: two cards do not fit. */
const low = window.matchMedia('(max-height: 480px)');

const list = new TransferList({
  post: (message) => host.postMessage(message),
  expanded: (id) => state.expanded[id],
  onToggle: (id, expanded) => keep({ expanded: { ...state.expanded, [id]: expanded } }),
  opened: (id) => state.opened[id],
  onOpen: (id, open) => keep({ opened: { ...state.opened, [id]: open } }),
  filter: state.filter,
  onFilter: (filter) => keep({ filter }),
  isLow: () => low.matches,
});
low.addEventListener('change', () => list.resized());

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
  const ofKnown = (choices: PageState['expanded']): PageState['expanded'] =>
    Object.fromEntries(Object.entries(choices).filter(([id]) => known.has(id)));
  keep({ expanded: ofKnown(state.expanded), opened: ofKnown(state.opened) });
}
