import { arrange, element, setShown, setText } from './dom.ts';

/** A heading with the number of its transfers, actions beside it, and their cards. Absent while there are none. */
export class Section {
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
