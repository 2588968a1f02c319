import { Failure } from '../failure.ts';
import type { LiveImage } from './image.ts';
import type { MemberStatus } from './members.ts';
import type { ImageService } from './service.ts';

/** What a project responds to an image that another one shares with it. */
export type ShareAnswer = Exclude<MemberStatus, 'pending'>;

/**
 * Responds to a shared image for this project, and returns the image. An accepted image appears in the project's lists.
 * Throws `Failure`: `not-shared` where the image is not shared with this project, and what Glance refuses it with.
 * @param project id; absent if the login has no project
 */
export async function answerShare(
  {
    images,
    project,
  }: { readonly images: Pick<ImageService, 'get' | 'members' | 'region'>; readonly project: string | undefined },
  id: string,
  answer: ShareAnswer,
  signal?: AbortSignal,
): Promise<LiveImage> {
  const image = await images.get(id, signal);
  if (project === undefined || image.owner === project || image.visibility !== 'shared') {
    throw notShared(image, images.region, whyNot(image, project));
  }
  const { value } = await images.members.setStatus(id, project, answer, signal);
  if (value.status === answer) return image;
  throw new Failure('not-applied', `Glance says that the image ${id} is ${value.status}, not ${answer}.`, {
    region: images.region,
  });
}

function whyNot({ visibility }: LiveImage, project: string | undefined): string {
  if (project === undefined) return 'is not shared with a project that this login has: it has none';
  return visibility === 'shared' ? 'belongs to this project' : `is ${visibility}, not shared`;
}

function notShared({ id, name }: LiveImage, region: string, why: string): Failure {
  return new Failure('not-shared', `The image "${name ?? id}" ${why}.`, {
    region,
    next: 'glance-images list --shared-with-me shows what can be accepted or rejected.',
  });
}
