import type { Clock } from '../clock.ts';
import { Subject, type Subscription } from '../observable.ts';
import type { TreeNode } from './clouds-tree.ts';

/** Milliseconds between two redraws that nobody asked for. */
const REDRAW_INTERVAL = 1000;

/**
 * What has to be drawn again in a tree. VS Code waits until a tree has been silent for 200 ms, and starts again with every event
 * (`ExtHostTreeView` in src/vs/workbench/api/common/extHostTreeViews.ts): a tree that tells of every change freezes.
 */
export class TreeChanges implements Subscription {
  readonly #clock: Clock;
  readonly #changed = new Subject<TreeNode[] | undefined>();
  readonly #waiting = new Set<TreeNode>();
  #isSeen: (node: TreeNode) => boolean = () => true;
  #timer: Subscription | undefined;

  /** The nodes to draw again; `undefined` for all. */
  readonly onDidChange = this.#changed.observe;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Draws a node again at once, because the user asked for it; without a node, the whole tree. */
  now(node?: TreeNode): void {
    if (node === undefined) this.#waiting.clear();
    else this.#waiting.delete(node);
    this.#changed.next(node === undefined ? undefined : [node]);
  }

  /** Draws a node again together with others, at most once a second, and only once it is seen. */
  soon(node: TreeNode): void {
    this.#waiting.add(node);
    if (this.#timer === undefined) this.#tell();
  }

  /** Call when other nodes may be seen than before. */
  see(isSeen: (node: TreeNode) => boolean): void {
    this.#isSeen = isSeen;
    if (this.#timer === undefined) this.#tell();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#waiting.clear();
    this.#changed.dispose();
  }

  #tell(): void {
    const seen = [...this.#waiting].filter((node) => this.#isSeen(node));
    if (seen.length === 0) return;
    for (const node of seen) this.#waiting.delete(node);
    this.#timer = this.#clock.after(REDRAW_INTERVAL, () => {
      this.#timer = undefined;
      this.#tell();
    });
    this.#changed.next(seen);
  }
}
