import { InvalidArgumentError, Option, type Command } from 'commander';
import { IMAGE_STATUSES, LISTED_VISIBILITIES, type ImageFilter } from '../core/glance/image-filter.ts';
import { parseOrder, SORT_KEYS, type ImageOrder } from '../core/glance/image-order.ts';
import type { ListRequest } from '../core/glance/list-request.ts';
import { MEMBER_STATUSES, type MemberStatus } from '../core/glance/members.ts';
import type { CommonOptions } from './command-deps.ts';

/** The options of `list`, as commander reads them. */
export interface ListCommandOptions
  extends CommonOptions, Partial<Pick<ImageFilter, 'status' | 'owner' | 'visibility'>> {
  readonly name?: readonly string[];
  readonly property?: Readonly<Record<string, string>>;
  readonly tag?: readonly string[];
  readonly sort?: readonly ImageOrder[];
  readonly latest?: boolean;
  /** `true` where no status was given. */
  readonly sharedWithMe?: MemberStatus | true;
  readonly output?: 'ID';
}

/** Adds the options that choose images and order them. */
export function withImageFilter(command: Command): Command {
  return command
    .addOption(new Option('--name <glob>', 'only images of this name; repeatable').argParser(list))
    .addOption(
      new Option('--property <name=value>', 'only images with this property; repeatable').argParser(properties),
    )
    .addOption(new Option('--tag <tag>', 'only images with this tag; repeatable').argParser(list))
    .addOption(new Option('--status <status>', 'only images of this status').choices(IMAGE_STATUSES))
    .option('--owner <project>', 'only images of the project with this id')
    .addOption(new Option('--visibility <visibility>', 'only images of this visibility').choices(LISTED_VISIBILITIES))
    .addOption(
      new Option(
        '--shared-with-me [status]',
        'only images that other projects share with this one; all, or those of this member status',
      )
        .choices(MEMBER_STATUSES)
        .conflicts(['owner', 'visibility']),
    )
    .addOption(
      new Option(
        '--sort <keys>',
        `KEY[:asc|desc], separated by commas; a key is one of ${SORT_KEYS.join(', ')}`,
      ).argParser(order),
    )
    .option(
      '--latest',
      'only the newest active image for each --name; without --name, for each os_distro, os_version and architecture',
    );
}

/** What these options ask for. */
export function listRequest(options: ListCommandOptions): ListRequest {
  const { name, property, tag, status, owner, visibility, sharedWithMe, latest, sort } = options;
  return {
    filter: {
      names: name ?? [],
      properties: property ?? {},
      tags: tag ?? [],
      ...(status === undefined ? {} : { status }),
      ...(owner === undefined ? {} : { owner }),
      ...(visibility === undefined ? {} : { visibility }),
    },
    ...(sharedWithMe === undefined ? {} : { sharedWithMe: sharedWithMe === true ? MEMBER_STATUSES : [sharedWithMe] }),
    latest: latest === true,
    sort: sort ?? [],
  };
}

function list(value: string, before: readonly string[] | undefined): readonly string[] {
  if (value === '') throw new InvalidArgumentError('It is empty.');
  return [...(before ?? []), value];
}

function properties(
  text: string,
  before: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const [name = '', ...value] = text.split('=');
  if (name === '' || value.length === 0) throw new InvalidArgumentError('It is not of the form NAME=VALUE.');
  // `__proto__` is a name like any other.
  return Object.fromEntries([...Object.entries(before ?? {}), [name, value.join('=')]]);
}

function order(text: string): readonly ImageOrder[] {
  const orders = parseOrder(text);
  if (orders !== undefined) return orders;
  throw new InvalidArgumentError(`It is not KEY[:asc|desc],… with keys of ${SORT_KEYS.join(', ')}.`);
}
