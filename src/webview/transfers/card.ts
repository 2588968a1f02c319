import { ComparisonTable } from './comparison-table.ts';
import { button, element, setAttribute, setShown, setText } from './dom.ts';
import type { FromPage } from './protocol.ts';
import { Steps } from './steps.ts';
import { ThroughputLine } from './throughput-line.ts';
import type { TransferView } from './view.ts';

/** Callbacks of a card. */
export interface CardOptions {
  readonly post: (message: FromPage) => void;
  /** Whether the user unfolded or folded the checksums; absent without a choice. */
  readonly expanded: boolean | undefined;
  readonly onToggle: (expanded: boolean) => void;
}

/** The card of one transfer. Its elements are created once; an update changes only what differs. */
export class Card {
  readonly root: HTMLElement;
  readonly #status = element('span', 'status');
  readonly #what = element('p', 'what');
  readonly #ended = element('time', 'muted');
  readonly #steps = new Steps();
  readonly #bar = element('div', 'bar');
  readonly #filled = element('div', 'filled');
  readonly #amount = element('span');
  readonly #pace = element('span', 'pace');
  readonly #facts = element('p', 'facts', this.#amount, this.#pace);
  readonly #line = new ThroughputLine();
  readonly #verdict = element('p', 'verdict');
  readonly #error = element('div', 'error');
  readonly #message = element('p');
  readonly #next = element('p');
  readonly #errorFacts = element('p', 'muted');
  readonly #details = element('details');
  readonly #table: ComparisonTable;
  readonly #cancel: HTMLButtonElement;
  readonly #again: HTMLButtonElement;
  readonly #openDefinition: HTMLButtonElement;
  readonly #showFile: HTMLButtonElement;
  readonly #openImage: HTMLButtonElement;
  readonly #copyId: HTMLButtonElement;
  readonly #saveReport: HTMLButtonElement;
  #imageId = '';
  /** Whether the user folded or unfolded the checksums. */
  #chosen: boolean;
  #unfolded: boolean;
  /** Whether it was running when the page first saw it. */
  readonly #watched: boolean;

  constructor(view: TransferView, { post, expanded, onToggle }: CardOptions) {
    const { id, name } = view;
    const headingId = `transfer-${id}`;
    const heading = element('h3', '', name);
    heading.id = headingId;
    heading.dir = 'auto';
    this.#table = new ComparisonTable(name, (text) => post({ type: 'copy', text }));
    this.#cancel = button('Cancel', 'secondary', () => post({ type: 'cancel', id }));
    this.#again = button('Apply Again', 'primary', () => post({ type: 'retry', id }));
    this.#openImage = button('Open Image', 'secondary', () => post({ type: 'openImage', id }));
    this.#copyId = button('Copy Image ID', 'secondary', () => post({ type: 'copy', text: this.#imageId }));
    this.#showFile = button('Show File', 'secondary', () => post({ type: 'showFile', id }));
    this.#openDefinition = button('Open Definition', 'secondary', () => post({ type: 'openDefinition', id }));
    this.#saveReport = button('Save Report…', 'secondary', () => post({ type: 'saveReport', id }));
    const actions = [
      this.#cancel,
      this.#again,
      this.#showFile,
      this.#openImage,
      this.#openDefinition,
      this.#copyId,
      this.#saveReport,
    ];
    for (const each of actions) each.setAttribute('aria-describedby', headingId);
    if (view.offers.openDefinition) {
      this.#cancel.title = 'Cancel the apply in this region; other regions continue';
      this.#again.title = 'Apply the definition in this region only';
    }
    this.#bar.append(this.#filled);
    this.#bar.setAttribute('role', 'progressbar');
    this.#bar.setAttribute('aria-label', `${name}, ${view.what}`);
    this.#bar.setAttribute('aria-valuemin', '0');
    this.#bar.setAttribute('aria-valuemax', '100');
    this.#error.append(this.#message, this.#next, this.#errorFacts);
    this.#details.append(element('summary', '', 'Size and checksums'), this.#table.root);
    this.#chosen = expanded !== undefined;
    this.#unfolded = this.#details.open = expanded ?? false;
    this.#details.addEventListener('toggle', () => {
      // The event also fires for changes made here.
      if (this.#details.open === this.#unfolded) return;
      this.#chosen = true;
      this.#unfolded = this.#details.open;
      onToggle(this.#unfolded);
    });
    this.#watched = view.running;
    this.root = element(
      'article',
      'card',
      element('header', '', heading, this.#status),
      element('div', 'origin', this.#what, this.#ended),
      this.#steps.root,
      this.#bar,
      this.#facts,
      this.#line.root,
      this.#verdict,
      this.#error,
      this.#details,
      element('div', 'actions', ...actions),
    );
    this.root.tabIndex = -1;
    this.root.setAttribute('aria-labelledby', headingId);
    this.update(view);
  }

  update(view: TransferView): void {
    setAttribute(this.root, 'data-running', String(view.running));
    setText(this.#status, view.status);
    setAttribute(this.#status, 'data-tone', view.tone);
    setText(this.#what, view.what);
    this.#updateEnd(view);
    this.#steps.update(view);
    this.#updateBar(view);
    setText(this.#amount, view.amount);
    setText(this.#pace, view.pace);
    setShown(this.#amount, view.amount !== '');
    setShown(this.#facts, view.amount !== '' || view.pace !== '');
    this.#line.update(view);
    setText(this.#verdict, view.verdict?.text ?? '');
    setAttribute(this.#verdict, 'data-tone', view.verdict?.tone);
    setShown(this.#verdict, view.verdict !== undefined);
    this.#updateError(view);
    this.#table.update(view.comparisons);
    setShown(this.#details, view.comparisons.length > 0);
    this.#unfold(view);
    this.#updateActions(view);
  }

  /** Unfolds checksums that arrive while the page is open, and those that differ, unless the user folded them. */
  #unfold({ comparisons }: TransferView): void {
    if (this.#chosen || this.#unfolded) return;
    const [came, differ] = [
      comparisons.some(({ copy }) => copy !== undefined),
      comparisons.some(({ tone }) => tone === 'bad'),
    ];
    if (differ || (came && this.#watched)) this.#unfolded = this.#details.open = true;
  }

  #updateEnd({ endedAt }: TransferView): void {
    setShown(this.#ended, endedAt !== null);
    if (endedAt === null) return;
    const end = new Date(endedAt);
    setAttribute(this.#ended, 'datetime', end.toISOString());
    setText(this.#ended, end.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' }));
  }

  #updateBar({ progress, tone, running }: TransferView): void {
    setShown(this.#bar, progress !== undefined);
    if (progress === undefined) return;
    setAttribute(this.#bar, 'data-tone', running ? undefined : tone);
    setAttribute(this.#bar, 'aria-valuenow', String(progress.percent));
    setAttribute(this.#bar, 'aria-valuetext', progress.text);
    this.#filled.style.width = `${progress.percent}%`;
  }

  #updateError({ error, tone }: TransferView): void {
    setShown(this.#error, error !== undefined);
    setAttribute(this.#error, 'data-tone', tone);
    setText(this.#message, error?.message ?? '');
    setText(this.#next, error?.next ?? '');
    setShown(this.#next, error?.next !== undefined);
    setText(this.#errorFacts, error?.facts ?? '');
    setShown(this.#errorFacts, error !== undefined && error.facts !== '');
  }

  /** If a focused button disappears, the card takes the focus, so that the keyboard keeps its place. */
  #updateActions({ offers, imageId }: TransferView): void {
    const focused = document.activeElement;
    this.#imageId = imageId ?? '';
    setShown(this.#cancel, offers.cancel !== 'absent');
    setText(this.#cancel, offers.cancel === 'cancelling' ? 'Cancelling…' : 'Cancel');
    setAttribute(this.#cancel, 'aria-disabled', offers.cancel === 'cancelling' ? 'true' : undefined);
    setText(this.#again, offers.again ?? '');
    setShown(this.#again, offers.again !== undefined);
    setShown(this.#openDefinition, offers.openDefinition);
    setShown(this.#showFile, offers.showFile);
    setShown(this.#openImage, offers.openImage);
    setShown(this.#copyId, offers.copyId);
    setShown(this.#saveReport, offers.saveReport);
    if (focused instanceof HTMLElement && focused.hidden && this.root.contains(focused)) {
      this.root.focus({ preventScroll: true });
    }
  }
}
