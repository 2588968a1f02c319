import { element, setAttribute, setShown, setText } from './dom.ts';
import type { Transfer } from './protocol.ts';
import { totalOf } from './total-words.ts';

/** What stands above many transfers: their total, and a filter. */
export class Overview {
  readonly root: HTMLElement;
  readonly #total = element('p', 'total');
  readonly #bar = element('div', 'bar');
  readonly #filled = element('div', 'filled');
  readonly #filter = element('input', 'filter');

  /** `onFilter` is told of what is typed. */
  constructor(filter: string, onFilter: (filter: string) => void) {
    this.#filter.type = 'search';
    this.#filter.value = filter;
    this.#filter.placeholder = 'Filter by name, region or status';
    this.#filter.setAttribute('aria-label', 'Filter transfers');
    this.#filter.spellcheck = false;
    this.#filter.addEventListener('input', () => onFilter(this.#filter.value));
    this.#bar.append(this.#filled);
    this.#bar.setAttribute('role', 'progressbar');
    this.#bar.setAttribute('aria-label', 'All running transfers');
    this.#bar.setAttribute('aria-valuemin', '0');
    this.#bar.setAttribute('aria-valuemax', '100');
    this.root = element('div', 'overview', this.#total, this.#bar, this.#filter);
  }

  /** `many`: whether there are enough to filter. */
  update(transfers: readonly Transfer[], many: boolean): void {
    const total = totalOf(transfers);
    setShown(this.#total, total !== undefined);
    setText(this.#total, total?.text ?? '');
    setShown(this.#bar, total?.percent !== undefined);
    setAttribute(this.#bar, 'aria-valuenow', String(total?.percent ?? 0));
    this.#filled.style.width = `${total?.percent ?? 0}%`;
    // A filter that hides something must be seen.
    setShown(this.#filter, many || this.#filter.value !== '');
    setShown(this.root, total !== undefined || !this.#filter.hidden);
  }
}
