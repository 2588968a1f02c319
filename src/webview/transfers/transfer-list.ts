import { Card } from './card.ts';
import { arrange, button, element, setShown, setText } from './dom.ts';
import type { FromPage, Transfer } from './protocol.ts';
import { begunAgain, inOrder, viewOf } from './view.ts';

/** Callbacks of the list. */
export interface TransferListOptions {
  readonly post: (message: FromPage) => void;
  /** Whether the user unfolded a transfer's checksums; absent without a choice. */
  readonly expanded: (id: string) => boolean | undefined;
  readonly onToggle: (id: string, expanded: boolean) => void;
}

/** Running transfers first, then the history. Each transfer keeps its card. */
export class TransferList {
  readonly root: HTMLElement;
  readonly #options: TransferListOptions;
  readonly #transfers = new Map<string, Transfer>();
  readonly #cards = new Map<string, Card>();
  /** Transfers that a later one repeats. */
  #begunAgain: ReadonlySet<string> = new Set();
  readonly #running: Section;
  readonly #cancelAll: HTMLButtonElement;
  readonly #history: Section;
  readonly #empty: HTMLElement;

  constructor(options: TransferListOptions) {
    this.#options = options;
    this.#cancelAll = button('Cancel All', 'quiet', () => options.post({ type: 'cancelAll' }));
    this.#running = new Section('Running', this.#cancelAll);
    const clear = button('Clear History', 'quiet', () => options.post({ type: 'clear' }));
    this.#history = new Section('History', clear);
    this.#empty = element(
      'p',
      'empty',
      'No transfers yet. Open an image definition (NAME.image.jsonc) and choose “Apply this image” above it: its progress and checksums appear here.',
    );
    this.root = element('div', 'transfers', this.#empty, this.#running.root, this.#history.root);
    this.root.tabIndex = -1;
  }

  /** Replaces all transfers. */
  all(transfers: readonly Transfer[]): void {
    this.#keepFocus(() => this.#replace(transfers));
  }

  #replace(transfers: readonly Transfer[]): void {
    const ids = new Set(transfers.map(({ id }) => id));
    for (const id of [...this.#transfers.keys()]) if (!ids.has(id)) this.#forget(id);
    this.#begunAgain = begunAgain(transfers);
    for (const transfer of transfers) this.#put(transfer);
    this.#arrange();
  }

  changed(transfer: Transfer): void {
    const before = this.#transfers.get(transfer.id);
    this.#put(transfer);
    if (before === undefined) this.#relate();
    if (before?.status !== transfer.status) this.#keepFocus(() => this.#arrange());
  }

  removed(id: string): void {
    this.#keepFocus(() => {
      this.#forget(id);
      this.#relate();
      this.#arrange();
    });
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
    const made = new Card(view, {
      post: this.#options.post,
      expanded: this.#options.expanded(id),
      onToggle: (expanded) => this.#options.onToggle(id, expanded),
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
    const { running, history } = inOrder([...this.#transfers.values()]);
    // Shows the history before a card moves into it and hides the other list afterwards, so that the card keeps the focus.
    this.#history.count(history.length);
    this.#history.arrange(this.#cardsOf(history));
    this.#running.arrange(this.#cardsOf(running));
    this.#running.count(running.length);
    setShown(this.#cancelAll, running.filter((transfer) => transfer.elsewhere !== true).length > 1);
    setShown(this.#empty, this.#transfers.size === 0);
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

class Section {
  readonly root: HTMLElement;
  readonly #heading: HTMLElement;
  readonly #cards = element('div', 'cards');
  readonly #title: string;

  constructor(title: string, ...actions: readonly HTMLElement[]) {
    this.#title = title;
    this.#heading = element('h2', '', title);
    this.#heading.id = `section-${title.toLowerCase()}`;
    this.root = element('section', '', element('div', 'section-head', this.#heading, ...actions), this.#cards);
    this.root.setAttribute('aria-labelledby', this.#heading.id);
  }

  count(count: number): void {
    setShown(this.root, count > 0);
    setText(this.#heading, `${this.#title} (${count})`);
  }

  arrange(cards: readonly HTMLElement[]): void {
    arrange(this.#cards, cards);
  }
}
