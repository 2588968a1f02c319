/** What is left in a region of an apply that did not end well, as far as it is known. Computed from the requests that were sent and a look at the image. */
export type Left =
  /** Nothing was made or changed. */
  | { readonly kind: 'nothing' }
  /** The image that was to be changed is as it was. */
  | { readonly kind: 'unchanged'; readonly id: string }
  /** What was made is deleted again. */
  | { readonly kind: 'deleted'; readonly id: string }
  /** Somebody else deleted it. */
  | { readonly kind: 'gone'; readonly id: string }
  /** Hidden and not verified. `why`: why it could not be deleted. */
  | { readonly kind: 'staged'; readonly id: string; readonly status?: string; readonly why?: string }
  /** Hidden, with its data. `by`: who filled it. */
  | { readonly kind: 'filled'; readonly id: string; readonly by: 'this apply' | 'an earlier apply' | 'Glance' }
  /** Glance goes on filling it: nobody can stop that. */
  | { readonly kind: 'filling'; readonly id: string }
  /** It is published. `replaces`: an image that is still to be retired. */
  | { readonly kind: 'serving'; readonly id: string; readonly replaces?: string }
  /** It is not this apply's any more. `by`: what somebody else did to it. */
  | {
      readonly kind: 'theirs';
      readonly id: string;
      readonly status: string;
      readonly by: 'took it over' | 'published it' | 'changed it' | 'sent data to it' | 'may have sent data to it';
      /** Of the data, where there is some. */
      readonly size: number | null;
      readonly checksum: string | null;
    }
  /** Some requests were carried out; of the `open` ones no answer came, and nothing shows what became of them. */
  | {
      readonly kind: 'changed';
      readonly id: string;
      readonly done: readonly string[];
      readonly open: readonly string[];
    }
  /** Nobody can say whether Glance made it. `seen`: whether somebody could look, and did not find it. */
  | { readonly kind: 'unknown'; readonly id: string; readonly seen: 'not there' | 'not looked at' };

/** What is left, in sentences. */
export function describeLeft(left: Left): string {
  switch (left.kind) {
    case 'nothing':
      return 'Nothing was created or changed.';
    case 'unchanged':
      return 'The image is unchanged.';
    case 'deleted':
      return `The partial image ${left.id} was deleted.`;
    case 'gone':
      return `The image ${left.id} no longer exists: somebody else deleted it.`;
    case 'staged': {
      const hidden = `A hidden partial image (${left.id}) remains`;
      return left.why === undefined
        ? `${hidden}; the next apply continues with it.`
        : `${hidden} because deleting it failed: ${left.why}`;
    }
    case 'filled':
      return left.by === 'this apply'
        ? `The verified image ${left.id} is kept; the next apply continues with it.`
        : `The image ${left.id}, filled by ${left.by}, is kept; the next apply continues with it.`;
    case 'filling':
      return `An import can't be cancelled: Glance keeps filling the hidden image ${left.id}. Delete that image, or apply again to continue with it.`;
    case 'serving': {
      const old = left.replaces === undefined ? '' : ` The image it replaces, ${left.replaces}, is not retired yet.`;
      return `The image ${left.id} is published.${old} The next apply does the rest.`;
    }
    case 'theirs':
      return `The image ${left.id} (${left.status}${dataOf(left)}) is left as it is: somebody else ${left.by}.`;
    case 'changed': {
      const done = left.done.length === 0 ? '' : `Done: ${left.done.join('; ')}.`;
      const open = left.open.length === 0 ? '' : `Unknown, because no answer came: ${left.open.join('; ')}.`;
      return [done, open, 'The next apply does the rest.'].filter((text) => text !== '').join(' ');
    }
    case 'unknown': {
      const seen = left.seen === 'not there' ? 'It was not there a moment later.' : 'It could not be checked.';
      return `No answer came, so it is unknown whether Glance created the image ${left.id}. ${seen} If it exists, it is hidden, and the next apply continues with it.`;
    }
  }
}

/** What is left, as documents carry it. */
export function leftReport(left: Left): object {
  const id = left.kind === 'nothing' ? null : left.id;
  const { status, done, open } = { status: undefined, done: undefined, open: undefined, ...left };
  return {
    kind: left.kind,
    image_id: id,
    ...(status === undefined ? {} : { status }),
    ...(done === undefined ? {} : { done }),
    ...(open === undefined ? {} : { not_known: open }),
  };
}

function dataOf({ size, checksum }: { readonly size: number | null; readonly checksum: string | null }): string {
  const facts = [
    size === null ? undefined : `${String(size)} bytes`,
    checksum === null ? undefined : `md5 ${checksum}`,
  ];
  return facts.flatMap((fact) => (fact === undefined ? [] : [`, ${fact}`])).join('');
}
