import { Card } from './card.ts';
import { button, element, setShown, setText } from './dom.ts';
import { begunAgain, inSections, isMatch } from './order.ts';
import { Overview } from './overview.ts';
import type { FromPage, Transfer } from './protocol.ts';
import { Section } from './section.ts';
import { viewOf } from './view.ts';

/** With more transfers each is a row, and there is a filter. */
const CARDS_AT_MOST = 4;

/** Callbacks of the list. */
export interface TransferListOptions {
  readonly post: (message: FromPage) => void;
  /** Whether the user unfolded a transfer's checksums; absent without a choice. */
  readonly expanded: (id: string) => boolean | undefined;
  readonly onToggle: (id: string, expanded: boolean) => void;
  /** Whether the user opened or closed a transfer's row; absent without a choice. */
  readonly opened: (id: string) => boolean | undefined;
  readonly onOpen: (id: string, open: boolean) => void;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  /** Whether the page is too low for several cards. */
  readonly isLow: () => boolean;
}

/** What failed first, then what runs, then the history. Each transfer keeps its card. */
export class TransferList {
  readonly root: HTMLElement;
  readonly #options: TransferListOptions;
  readonly #transfers = new Map<string, Transfer>();
  readonly #cards = new Map<string, Card>();
  /** Transfers that a later one repeats. */
  #begunAgain: ReadonlySet<string> = new Set();
  #filter: string;
  readonly #overview: Overview;
  readonly #failed: Section;
  readonly #clearFailed: HTMLButtonElement;
  readonly #running: Section;
  readonly #cancelAll: HTMLButtonElement;
  readonly #history: Section;
  readonly #empty: HTMLElement;
  readonly #unmatched = element('p', 'empty');

  constructor(options: TransferListOptions) {
    this.#options = options;
    this.#filter = options.filter;
    this.#overview = new Overview(options.filter, (filter) => {
      this.#filter = filter;
      options.onFilter(filter);
      this.#arrange();
    });
    const clear = (): HTMLButtonElement => button('Clear History', 'quiet', () => options.post({ type: 'clear' }));
    this.#clearFailed = clear();
    this.#failed = new Section('Failed', this.#clearFailed);
    this.#cancelAll = button('Cancel All', 'quiet', () => options.post({ type: 'cancelAll' }));
    this.#running = new Section('Running', this.#cancelAll);
    this.#history = new Section('History', clear());
    this.#empty = element(
      'p',
      'empty',
      'No transfers yet. Open an image definition (NAME.image.jsonc) and choose “Apply this image” above it: its progress and checksums appear here.',
    );
    const sections = [this.#failed, this.#running, this.#history].map(({ root }) => root);
    this.root = element('div', 'transfers', this.#empty, this.#overview.root, this.#unmatched, ...sections);
    this.root.tabIndex = -1;
  }

  /** Replaces all transfers. */
  all(transfers: readonly Transfer[]): void {
    this.#keepFocus(() => this.#replace(transfers));
  }

  changed(transfer: Transfer): void {
    const before = this.#transfers.get(transfer.id);
    this.#put(transfer);
    if (before === undefined) this.#relate();
    if (before?.status !== transfer.status) this.#keepFocus(() => this.#arrange());
    else this.#overview.update([...this.#transfers.values()], this.#isMany());
  }

  removed(id: string): void {
    this.#keepFocus(() => {
      this.#forget(id);
      this.#relate();
      this.#arrange();
    });
  }

  /** The page became lower or higher. */
  resized(): void {
    this.#keepFocus(() => this.#shape());
  }

  #replace(transfers: readonly Transfer[]): void {
    const ids = new Set(transfers.map(({ id }) => id));
    for (const id of [...this.#transfers.keys()]) if (!ids.has(id)) this.#forget(id);
    this.#begunAgain = begunAgain(transfers);
    for (const transfer of transfers) this.#put(transfer);
    this.#arrange();
  }

  #put(transfer: Transfer): void {
    const { id } = transfer;
    this.#transfers.set(id, transfer);
    const view = viewOf(transfer, this.#begunAgain.has(id));
    const card = this.#cards.get(id);
    if (card !== undefined) {
      card.update(view);
      return;
    }
    const { post, expanded, onToggle, onOpen } = this.#options;
    const made = new Card(view, {
      post,
      expanded: expanded(id),
      onToggle: (unfolded) => onToggle(id, unfolded),
      onOpen: (open) => {
        onOpen(id, open);
        this.#shape();
      },
    });
    this.#cards.set(id, made);
  }

  /** A new or removed transfer changes the actions of others. */
  #relate(): void {
    const before = this.#begunAgain;
    this.#begunAgain = begunAgain([...this.#transfers.values()]);
    for (const transfer of this.#transfers.values()) {
      if (before.has(transfer.id) !== this.#begunAgain.has(transfer.id)) this.#put(transfer);
    }
  }

  #forget(id: string): void {
    this.#transfers.delete(id);
    this.#cards.delete(id);
  }

  #arrange(): void {
    const all = [...this.#transfers.values()];
    this.#overview.update(all, this.#isMany());
    const shown = all.filter((transfer) => isMatch(transfer, this.#filter));
    const { failed, running, history } = inSections(shown, this.#begunAgain);
    const focused = document.activeElement;
    for (const [section, transfers] of [
      [this.#failed, failed],
      [this.#running, running],
      [this.#history, history],
    ] as const) {
      section.count(transfers.length);
      section.arrange(this.#cardsOf(transfers));
    }
    this.#shape();
    // A card that moves to another section loses the focus.
    if (focused instanceof HTMLElement && focused.isConnected) focused.focus({ preventScroll: true });
    setShown(this.#clearFailed, history.length === 0);
    setShown(this.#cancelAll, running.filter((transfer) => transfer.elsewhere !== true).length > 1);
    setShown(this.#empty, all.length === 0);
    setShown(this.#unmatched, all.length > 0 && shown.length === 0);
    setText(this.#unmatched, `No transfer matches “${this.#filter}”.`);
  }

  #isMany(): boolean {
    return this.#transfers.size > CARDS_AT_MOST;
  }

  /** Few transfers are cards. Of many, or where the page is low, each is a row, but for the only one that runs. */
  #shape(): void {
    const { isLow, opened } = this.#options;
    const rows = this.#isMany() || (isLow() && this.#transfers.size > 1);
    const [only, ...others] = [...this.#transfers.values()].filter(({ status }) => status === 'running');
    for (const [id, card] of this.#cards) {
      const open = opened(id) ?? (only?.id === id && others.length === 0);
      card.takeShape(!rows ? 'card' : open ? 'opened' : 'row');
    }
  }

  /** If a focused card disappears, the list takes the focus, so that the keyboard keeps its place. */
  #keepFocus(change: () => void): void {
    const focused = document.activeElement;
    const ours = this.root.contains(focused);
    change();
    if (ours && !(focused?.isConnected === true && focused.checkVisibility())) this.root.focus({ preventScroll: true });
  }

  #cardsOf(transfers: readonly Transfer[]): readonly HTMLElement[] {
    return transfers.map(({ id }) => this.#cards.get(id)?.root).filter((root) => root !== undefined);
  }
}
