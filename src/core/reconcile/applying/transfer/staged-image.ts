import type { LiveImage } from '../../../glance/image.ts';
import type { ApplyError } from '../../model/result.ts';

/**
 * An image that takes the bytes. `verifyOnly`: it has them already, from an apply that was interrupted before it
 * published.
 */
export interface StagedImage {
  readonly image: LiveImage;
  readonly verifyOnly: boolean;
  /** Glance is filling it for an earlier apply. */
  readonly importing?: true;
  /** Whether only applies of this definition made it, so that it may be deleted if they fail. */
  readonly disposable: boolean;
  /** Why it carries no marks, if the cloud refuses them. */
  readonly marksRefused?: ApplyError;
}
