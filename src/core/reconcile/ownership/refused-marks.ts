import type { Definition } from '../../definition/definition.ts';
import { Failure, toFailure } from '../../failure.ts';
import type { NewImage } from '../../glance/service.ts';
import type { Place } from '../../place.ts';
import type { Problem } from '../../problem.ts';
import { isMark, MARK_PREFIX } from './marks.ts';
import { problemAt } from '../../definition/problem-at.ts';
import type { ApplyError } from '../model/result.ts';

/** Remembers the regions that refused marks: Glance does not say so in advance. */
export interface RefusedMarks {
  has(place: Place): Promise<boolean>;
  remember(place: Place): Promise<void>;
}

const CODE = 'marks-refused';
const LOST =
  'Glance Images does not know what it set: arguments and properties that you remove from the definition stay on the image, and bytes are compared only by what the cloud reports';

/**
 * Whether Glance refused the marks: an operator can protect properties by name, and the number of properties is limited.
 * `image`: for this image only, not for the whole region.
 */
export function marksRefusal(error: unknown): 'region' | 'image' | undefined {
  const { code, message } = toFailure(error);
  if (code === 'quota-exceeded' && /propert/i.test(message)) return 'image';
  return (code === 'forbidden' || code === 'not-applied') && message.includes(MARK_PREFIX) ? 'region' : undefined;
}

/** Whether a definition works without marks: only `image_id` then says which image it means. */
export function worksWithoutMarks({ arguments: { image_id: imageId } }: Definition): boolean {
  return imageId !== undefined;
}

/** The same new image without marks. */
export function withoutMarks(image: NewImage): NewImage {
  const properties = Object.entries(image.properties).filter(([name]) => !isMark(name));
  return { ...image, properties: Object.fromEntries(properties) };
}

/** What a plan says about a region that refuses marks. */
export function refusedMarksProblem(definition: Definition): Problem {
  if (!worksWithoutMarks(definition)) {
    return problemAt(definition, 'error', CODE, `${refusal()} Set "image_id", which works without them.`);
  }
  return problemAt(definition, 'warning', CODE, `${refusal()} Without them ${LOST}.`, 'image_id');
}

/** Why an image is not replaced in a region that refuses marks. */
export function unmarkedReplacement(definition: Definition): Problem {
  const text = `${refusal()} A replacement would have a different id and could not be found again. Create an image under another name, or delete this one first.`;
  return problemAt(definition, 'error', CODE, text, 'image_id');
}

/** What a result says about an image that was made or changed without marks. */
export function refusedMarksWarning(error: unknown): ApplyError {
  const { status, requestId } = toFailure(error);
  return {
    code: CODE,
    message: `The cloud refused the properties in which Glance Images stores its state. Without them, ${LOST}.`,
    ...(status === undefined ? {} : { status }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** The failure of a definition that does not work without marks. */
export function marksNeeded(error: unknown): Failure {
  const failure = toFailure(error);
  const { status, requestId, region } = failure;
  return new Failure(CODE, `${failure.message} Glance Images stores its state in these properties.`, {
    cause: error,
    ...(status === undefined ? {} : { status }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(region === undefined ? {} : { region }),
    next: 'Set "image_id", which works without them, or ask the operator of the cloud to allow them.',
  });
}

function refusal(): string {
  return `This cloud refuses the properties "${MARK_PREFIX}…", in which Glance Images stores its state.`;
}
