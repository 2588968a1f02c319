import { randomUUID } from 'node:crypto';
import { type Caller, forbiddenAction, lookUp, mustOwn } from '../access.ts';
import { type Answer, Refusal } from '../../http/answers.ts';
import { isRecord, readJson } from '../../http/exchange.ts';
import { mustBeBytes, restore } from '../image-data.ts';
import { copyOf, type ImageRecord, type ImportTask } from '../images/image-record.ts';
import { mustBeAbleTo } from '../images/image-rules.ts';
import { importMethods } from '../images/images.ts';
import { storeNames } from '../image-store.ts';
import { pythonWord } from '../../http/python-text.ts';
import { runImport, type ImportRequest } from './import-task.ts';
import { refusalOf } from '../storage-limits.ts';
import { BytesExist, storeBytes } from '../stored-bytes.ts';
import { mayDownload } from './web-download.ts';
import type { Glance, GlanceRequest } from '../request.ts';

/** `PUT /v2/images/{id}/stage`: stages bytes for an import by `glance-direct`. */
export async function stageImage({ glance, caller, exchange, parameters: [id = ''] }: GlanceRequest): Promise<Answer> {
  mustBeBytes(exchange);
  const image = copyOf(lookUp(glance.store, caller, id));
  mustOwn(caller, image, 'modify_image');
  mustBeAbleTo(image, 'uploading');
  image.status = 'uploading';
  glance.store.save(copyOf(image));
  const path = glance.store.stagingPath(id);
  try {
    image.size = (await storeBytes(exchange.body, path, glance.maximumBytes)).size;
  } catch (error) {
    restore(glance, image);
    if (error instanceof BytesExist) throw new Refusal(409, `The image ${id} has data on staging`);
    glance.store.removeBytes(path);
    throw refusalOf(error);
  }
  lookUp(glance.store, caller, id);
  image.updated = glance.store.now();
  glance.store.save(image);
  return { status: 204 };
}

/** `POST /v2/images/{id}/import`: answers 202 and continues as a task. */
export async function importImage(request: GlanceRequest): Promise<Answer> {
  const { glance, caller, exchange, parameters } = request;
  const asked = parse(await readJson(exchange));
  const image = lookUp(glance.store, caller, parameters[0] ?? '');
  mustBeReady(image, asked.method);
  if (asked.method === 'copy-image') {
    if (!caller.isAdmin) throw forbiddenAction('copy_image');
  } else mustOwn(caller, image, 'modify_image');
  if ('os_glance_import_task' in image.properties) throw new Refusal(409, 'Image has active task');
  const stores = targetStores(asked, image, exchange.headers['x-image-meta-store']);
  if (stores.length === 0) return { status: 202 };
  if (asked.method === 'web-download' && !(await mayDownload(asked.uri, glance.importSources))) {
    throw new Refusal(400, `URI for web-download does not pass filtering: ${asked.uri ?? 'None'}`);
  }
  const task = newTask(glance, caller, image.id, exchange.requestId, { ...asked, stores });
  const locked = copyOf(image);
  locked.properties.os_glance_import_task = task.id;
  locked.tasks.push(task);
  glance.store.save(locked);
  glance.work(runImport(glance, image.id, task.id, { ...asked, stores }));
  return { status: 202 };
}

function parse(body: unknown): ImportRequest {
  if (!isRecord(body)) throw new Refusal(500);
  const method = body.method;
  if (method === undefined) throw new Refusal(400, "Import request requires a 'method' field.");
  if (!isRecord(method)) throw new Refusal(500);
  if (method.name === undefined) throw new Refusal(400, "Import request requires a 'name' field.");
  const name = importMethods.find((each) => each === method.name);
  if (name === undefined) throw new Refusal(400, `Unknown import method name '${pythonWord(method.name)}'.`);
  const flag = (key: string, otherwise: boolean): boolean => {
    const value = body[key] ?? otherwise;
    if (typeof value !== 'boolean') throw new Refusal(400, `'${key}' must be boolean value only`);
    return value;
  };
  const stores = Array.isArray(body.stores) ? body.stores.map(String) : [];
  return {
    method: name,
    uri: typeof method.uri === 'string' ? method.uri : undefined,
    allMustSucceed: flag('all_stores_must_succeed', true),
    isAllStores: flag('all_stores', false),
    stores,
    body,
  };
}

function mustBeReady(image: ImageRecord, method: ImportRequest['method']): void {
  const refuse = (why: string): never => {
    throw new Refusal(409, why);
  };
  if (image.status === 'active' && method !== 'copy-image') {
    refuse('Image with status active cannot be target for import');
  }
  if (image.status !== 'active' && method === 'copy-image') {
    refuse('Only images with status active can be targeted for copying');
  }
  if (image.status !== 'queued' && method === 'web-download') {
    refuse("Image needs to be in 'queued' state to use 'web-download' method");
  }
  if (image.status !== 'uploading' && method === 'glance-direct') {
    refuse("Image needs to be staged before 'glance-direct' method can be used");
  }
  if (!image.container_format) refuse("'container_format' needs to be set before import");
  if (!image.disk_format) refuse("'disk_format' needs to be set before import");
}

function targetStores(asked: ImportRequest, image: ImageRecord, header: unknown): readonly string[] {
  if (asked.isAllStores) {
    return asked.method === 'copy-image' ? storeNames.filter((name) => !image.stores.includes(name)) : storeNames;
  }
  const named = asked.stores.length > 0 ? asked.stores : [typeof header === 'string' ? header : storeNames[0]];
  for (const name of named) {
    if (!(storeNames as readonly string[]).includes(name)) {
      throw new Refusal(409, `Store for identifier ${name} not found`);
    }
    if (asked.method === 'copy-image' && image.stores.includes(name)) {
      throw new Refusal(400, `Image is already present at store '${name}'`);
    }
  }
  return named;
}

function newTask(glance: Glance, caller: Caller, imageId: string, requestId: string, asked: ImportRequest): ImportTask {
  const now = glance.store.now();
  return {
    id: randomUUID(),
    status: 'pending',
    owner: caller.projectId,
    user: caller.userId,
    request: requestId,
    created: now,
    updated: now,
    expires: null,
    input: { image_id: imageId, import_req: asked.body, backend: asked.stores },
    result: null,
    message: '',
  };
}
