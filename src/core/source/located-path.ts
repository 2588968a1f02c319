/** Where a path of a definition leads. */
export interface LocatedPath {
  /** Absolute, links followed as far as there is something. */
  readonly path: string;
  /**
   * Absent for a path that leads where the definition's own folder or its workspace says; `outside`: it leads out of both;
   * `link`: it stays, but through a link.
   */
  readonly reach?: 'outside' | 'link';
  /** The link on its way that may have come with the definition. */
  readonly link?: string;
}
