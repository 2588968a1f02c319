import { element, setAttribute, setText } from './dom.ts';
import type { TransferView } from './view.ts';

const namespace = 'http://www.w3.org/2000/svg';

/** The speed over time as a line. The picture is decorative: the text beside it says the same. */
export class ThroughputLine {
  readonly root: HTMLElement;
  readonly #line = document.createElementNS(namespace, 'polyline');
  readonly #words = element('span', 'muted');

  constructor() {
    const picture = document.createElementNS(namespace, 'svg');
    picture.setAttribute('viewBox', '0 -4 100 108');
    picture.setAttribute('preserveAspectRatio', 'none');
    picture.setAttribute('aria-hidden', 'true');
    picture.append(this.#line);
    this.root = element('div', 'throughput');
    this.root.append(picture, this.#words);
  }

  update({ line, lineWords }: TransferView): void {
    this.root.hidden = line === undefined;
    setAttribute(this.#line, 'points', line);
    setText(this.#words, lineWords);
  }
}
