import { type Caller, lookUp, mustBeAllowed, mustOwn } from '../access.ts';
import { type Answer, Refusal, refusalWithDetail } from '../../http/answers.ts';
import { readJson } from '../../http/exchange.ts';
import { copyOf, type ImageRecord, settable, viewOf } from './image-record.ts';
import {
  mustBeStorable,
  mustBeWithinProperties,
  mustBeWithinTags,
  mustNotBeNegative,
  tagsMustBeStorable,
} from './image-rules.ts';
import { type Change, parseChanges } from './json-patch.ts';
import type { GlanceRequest } from '../request.ts';

const patchTypes = ['application/openstack-images-v2.0-json-patch', 'application/openstack-images-v2.1-json-patch'];

/** Names of Glance's own attributes and methods that a PATCH sets on the object in memory: answered 200, never stored. */
const dropped = [
  'context',
  'deactivate',
  'delete',
  'get_data',
  'get_payload',
  'get_super_class',
  'helper',
  'member',
  'notifier',
  'reactivate',
  'repo',
  'send_notification',
  'set_data',
];
/** The same, but Glance then answers 500. */
const fatal = ['base', 'extra_properties', '__class__'];

/** `PATCH /v2/images/{id}`: all changes or none. */
export async function updateImage({ glance, caller, exchange, parameters: [id = ''] }: GlanceRequest): Promise<Answer> {
  const type = (exchange.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  if (type !== patchTypes[1]) {
    throw new Refusal(415, `The request media type ${type} is not supported by this server.\n`, {
      headers: { 'accept-patch': patchTypes.join(', ') },
    });
  }
  const changes = parseChanges(await readJson(exchange), glance.release);
  const image = copyOf(lookUp(glance.store, caller, id));
  const before = Object.keys(image.properties).length;
  for (const change of changes) apply(image, change, caller);
  if (changes.length > 0) {
    if (Object.keys(image.properties).length > before) mustBeWithinProperties(image.properties);
    mustBeStorable(image);
    image.updated = glance.store.now();
    const tags = image.tags;
    const kept = lookUp(glance.store, caller, id);
    glance.store.save({ ...image, tags: kept.tags });
    // As at creation, tags are stored last: a refused one leaves the other changes in place.
    tagsMustBeStorable(tags);
    glance.store.save(image);
  }
  return { status: 200, json: viewOf(image, caller.isAdmin) };
}

function apply(image: ImageRecord, change: Change, caller: Caller): void {
  const name = change.path[0] ?? '';
  if (name === 'locations') refuseLocations(change);
  if (name === 'owner' && change.op === 'replace' && !caller.isAdmin) {
    throw refusalWithDetail(403, "Owner can't be updated by non admin.");
  }
  if (name === 'visibility' && change.op !== 'remove') mustBeAllowed(caller, change.value);
  mustOwn(caller, image, 'modify_image');
  const attribute = settable.find((each) => each === name);
  if (attribute !== undefined || dropped.includes(name) || fatal.includes(name) || name === 'image_id') {
    if (change.op === 'remove') throw refusalWithDetail(403, `Property ${name} may not be removed.`);
    if (attribute === undefined) refuseInternal(name, change.value);
    else setAttribute(image, attribute, change.value, caller);
    return;
  }
  const exists = Object.hasOwn(image.properties, name);
  if (change.op !== 'add' && !exists) throw refusalWithDetail(409, `Property ${name} does not exist.`);
  if (change.op === 'remove') Reflect.deleteProperty(image.properties, name);
  else image.properties[name] = (change.value ?? '') as string;
}

function refuseLocations(change: Change): never {
  if (change.op === 'replace' && Array.isArray(change.value) && change.value.length === 0) {
    throw refusalWithDetail(403, 'Cannot set locations to empty list.');
  }
  const verb = change.op === 'replace' ? 'update' : change.op;
  throw new Refusal(403, `It's not allowed to ${verb} locations if locations are invisible.`);
}

function refuseInternal(name: string, value: unknown): void {
  if (fatal.includes(name)) throw new Refusal(500);
  if (name === 'image_id') throw new Refusal(404, `No image found with ID ${String(value)}`);
}

function setAttribute(image: ImageRecord, name: (typeof settable)[number], value: unknown, caller: Caller): void {
  if ((name === 'disk_format' || name === 'container_format') && !['queued', 'importing'].includes(image.status)) {
    throw new Refusal(403, `Attribute ${name} can be only replaced for a queued image.`);
  }
  if (name === 'owner' && !caller.isAdmin && value !== image.owner) {
    throw new Refusal(403, `Forbidding request, image ${image.id} not visible`);
  }
  if (name === 'min_disk' || name === 'min_ram') mustNotBeNegative(name, value as number);
  if (name === 'tags') mustBeWithinTags(value as string[]);
  // The schema has checked the type.
  Object.assign(image, { [name]: name === 'tags' ? [...new Set(value as string[])].sort() : value });
}
