import { IMAGE_STATUSES, LISTED_VISIBILITIES } from '../../core/glance/image-filter.ts';
import { parseOrder, SORT_KEYS, type ImageOrder } from '../../core/glance/image-order.ts';
import type { ListRequest } from '../../core/glance/list-request.ts';
import { MEMBER_STATUSES } from '../../core/glance/members.ts';
import { flag, optionalChoice, optionalText, textList, textMap, wrong } from './tool-answer.ts';

/** What a model asks `list_images` for. Throws `tool-input`. */
export function requestOf(input: unknown): ListRequest {
  const [name, owner] = [optionalText(input, 'name'), optionalText(input, 'owner')];
  const status = optionalChoice(input, 'status', IMAGE_STATUSES);
  const visibility = optionalChoice(input, 'visibility', LISTED_VISIBILITIES);
  const shared = optionalChoice(input, 'shared_with_me', [...MEMBER_STATUSES, 'all']);
  return {
    filter: {
      names: name === undefined ? [] : [name],
      properties: textMap(input, 'properties'),
      tags: textList(input, 'tags'),
      ...(status === undefined ? {} : { status }),
      ...(owner === undefined ? {} : { owner }),
      ...(visibility === undefined ? {} : { visibility }),
    },
    ...(shared === undefined ? {} : { sharedWithMe: shared === 'all' ? MEMBER_STATUSES : [shared] }),
    latest: flag(input, 'latest'),
    sort: orderOf(input),
  };
}

function orderOf(input: unknown): readonly ImageOrder[] {
  const text = optionalText(input, 'sort');
  const orders = text === undefined ? [] : parseOrder(text);
  if (orders === undefined) throw wrong('sort', `KEY[:asc|desc],… with keys of ${SORT_KEYS.join(', ')}`);
  return orders;
}
