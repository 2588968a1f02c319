import type { Image } from './witness.ts';

/** What an image says of the definition that it belongs to, read without the product. */
export interface Belonging {
  readonly key: string;
  readonly phase?: string;
  readonly run?: string;
  /** The image that it is about to replace. */
  readonly replaces?: string;
  readonly replacedBy?: string;
}

/** `undefined` for an image that belongs to none: marks count on the image that they name only. */
export function belonging(image: Image): Belonging | undefined {
  const mark = (name: string): string | undefined => {
    const value = image[`glance_images.${name}`];
    return typeof value === 'string' ? value : undefined;
  };
  const key = mark('key');
  if (key === undefined || mark('self') !== image.id) return undefined;
  const state = JSON.parse(mark('state') ?? '{}') as { phase?: string; run?: string; replaces?: string };
  const replacedBy = mark('replaced_by');
  return { key, ...state, ...(replacedBy === undefined ? {} : { replacedBy }) };
}

/** Images of one definition, without those that were replaced. */
export function ofKey(images: readonly Image[], key: string): readonly Image[] {
  return images.filter((image) => {
    const marks = belonging(image);
    return marks?.key === key && marks.replacedBy === undefined;
  });
}

/** Whether an apply made it and has not published it. */
export function isStaged(image: Image): boolean {
  return belonging(image)?.phase === 'staging';
}
