import { button, element, setAttribute, setText } from './dom.ts';
import type { Comparison } from './verdict.ts';

/** Size and digests as computed here and as the cloud reports them, with the verdict of each in words. */
export class ComparisonTable {
  readonly root = element('table', 'comparison');
  readonly #body = element('tbody');
  readonly #rows = new Map<string, Row>();
  readonly #copy: (text: string) => void;

  /** `name` of the image, for the caption; `copy` puts text on the clipboard. */
  constructor(name: string, copy: (text: string) => void) {
    this.#copy = copy;
    const head = element('tr');
    for (const title of ['Property', 'Computed here', 'Reported by the cloud', 'Result']) {
      const cell = element('th', '', title);
      cell.scope = 'col';
      head.append(cell);
    }
    // Explicit roles, because a narrow page shows rows as blocks, which lose the table's implicit roles.
    this.root.setAttribute('role', 'table');
    head.setAttribute('role', 'row');
    for (const cell of head.children) cell.setAttribute('role', 'columnheader');
    this.#body.setAttribute('role', 'rowgroup');
    const group = element('thead', '', head);
    group.setAttribute('role', 'rowgroup');
    this.root.append(element('caption', 'unseen', `Size and checksums of ${name}`), group, this.#body);
  }

  update(comparisons: readonly Comparison[]): void {
    const wanted = new Set(comparisons.map(({ name }) => name));
    for (const [name, row] of this.#rows) {
      if (wanted.has(name)) continue;
      row.root.remove();
      this.#rows.delete(name);
    }
    for (const comparison of comparisons) {
      let row = this.#rows.get(comparison.name);
      if (row === undefined) {
        row = new Row(comparison.name, this.#copy);
        this.#rows.set(comparison.name, row);
        this.#body.append(row.root);
      }
      row.update(comparison);
    }
  }
}

class Row {
  readonly root = element('tr');
  readonly #here = cell('Computed here');
  readonly #cloud = cell('Reported by the cloud');
  readonly #verdict = element('span', 'verdict');
  readonly #copy: HTMLButtonElement;
  #copied = '';

  constructor(name: string, copy: (text: string) => void) {
    const head = element('th', '', name);
    head.scope = 'row';
    head.setAttribute('role', 'rowheader');
    this.#copy = button('Copy', 'quiet', () => copy(this.#copied));
    this.#copy.setAttribute('aria-label', `Copy ${name}`);
    this.root.setAttribute('role', 'row');
    const last = cell('Result');
    last.className = 'judged';
    last.append(this.#verdict, this.#copy);
    this.root.append(head, this.#here, this.#cloud, last);
  }

  update(comparison: Comparison): void {
    setText(this.#here, comparison.here);
    setText(this.#cloud, comparison.cloud);
    setText(this.#verdict, comparison.verdict);
    setAttribute(this.#verdict, 'data-tone', comparison.tone);
    this.#copied = comparison.copy ?? '';
    this.#copy.hidden = comparison.copy === undefined;
  }
}

/** A narrow page shows `label` before the value. */
function cell(label: string): HTMLTableCellElement {
  const made = element('td', 'value');
  made.dataset.label = label;
  made.setAttribute('role', 'cell');
  return made;
}
