import type { TreeNode } from './clouds-tree.ts';

/** What is selected in the Glance view. Keys pass no row to their command, so that it asks here. */
export class ViewSelection {
  nodes: readonly TreeNode[] = [];
}

/** The argument of commands that a key runs, in package.json. */
export const SELECTED = 'selected';
