import type { Session } from '../keystone/login/session.ts';

/** What is known of a login whose request was refused. */
export type KnownLogin = ReturnType<Session['known']>;

/** 403 texts of Glance that are about an argument of the image, not about the request as a whole. */
const ABOUT_AN_ARGUMENT = /publicize_image|communitize_image|\b(?:attribute|property|visibility|owner)\b/i;
/** Roles that may change images by Glance's default policies. */
const MAY_CHANGE: ReadonlySet<string> = new Set(['admin', 'manager', 'member', '_member_']);

/** What to do about a 403: what is known of the login explains more of them than Glance's words. */
export function afterForbidden(said: string, login: KnownLogin): string {
  const { roles = [] } = login ?? {};
  if (roles.length > 0 && !roles.some((role) => MAY_CHANGE.has(role)))
    return `This login has only ${roles.map((role) => `"${role}"`).join(', ')} in its project, which can view images but not change them. Ask the operator of the cloud for the role "member".`;
  if (ABOUT_AN_ARGUMENT.test(said)) return 'Ask the operator of the cloud for permission, or remove that argument.';
  return 'Ask the operator of the cloud for permission.';
}

/**
 * What to do about a 413, which Glance answers to limits as well as to quotas
 * (https://opendev.org/openstack/glance/src/branch/master/glance/common/exception.py).
 */
export function afterTooLarge(said: string, isPage: boolean): string {
  if (isPage)
    return 'A web server in front of Glance limits the size of a request. This is not a quota. Ask the operator of the cloud to raise the limit.';
  if (/incoming image is too large/i.test(said))
    return 'The image is larger than this cloud allows ("image_size_cap"). Freeing quota does not help. Ask the operator of the cloud.';
  const [, kind] = /number of allowed image (tags|properties|members|locations)/i.exec(said) ?? [];
  if (kind !== undefined)
    return `This is a limit on the ${kind.toLowerCase()} of one image. Remove some, or ask the operator of the cloud for more.`;
  if (/storage media is full/i.test(said))
    return 'The store of the cloud is full, regardless of the quota. Tell the operator of the cloud.';
  return 'Free some quota, or ask the operator of the cloud for more.';
}
