import type { LiveImage } from '../../../glance/image.ts';
import type { ApplyError } from '../../model/result.ts';

/** An image that takes the bytes. `verifyOnly`: it has them already, from an apply that was cut before it published. */
export interface StagedImage {
  readonly image: LiveImage;
  readonly verifyOnly: boolean;
  /** Glance is filling it, as an earlier apply asked it to. */
  readonly importing?: true;
  /** Whether it exists only because of this definition's applies, so that it may be deleted if they fail. */
  readonly disposable: boolean;
  /** Why it remembers nothing, where the cloud refuses that. */
  readonly marksRefused?: ApplyError;
}
