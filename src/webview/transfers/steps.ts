import { element, setAttribute, setText } from './dom.ts';
import type { TransferView } from './view.ts';

/** The phases as a list that marks the current one. */
export class Steps {
  readonly root = element('ol', 'steps');

  constructor() {
    this.root.setAttribute('aria-label', 'Phases');
  }

  update({ steps, tone }: TransferView): void {
    setAttribute(this.root, 'data-tone', tone);
    this.root.hidden = steps.length === 0;
    while (this.root.children.length > steps.length) this.root.lastElementChild?.remove();
    for (const [index, step] of steps.entries()) {
      const item = this.root.children.item(index) ?? this.root.appendChild(newItem());
      setAttribute(item, 'data-state', step.state);
      setAttribute(item, 'aria-current', step.state === 'current' ? 'step' : undefined);
      const [, name, words] = item.children;
      if (name !== undefined) setText(name, step.name);
      if (words !== undefined) setText(words, ` (${step.words})`);
    }
  }
}

function newItem(): HTMLLIElement {
  const mark = element('span', 'mark');
  mark.setAttribute('aria-hidden', 'true');
  return element('li', '', mark, element('span'), element('span', 'unseen'));
}
