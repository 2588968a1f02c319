import { forbiddenAction, lookUp } from '../access.ts';
import { type Answer, Refusal } from '../../http/answers.ts';
import { type ImageRecord, type ImportTask, isoSeconds } from '../images/image-record.ts';
import type { GlanceRequest } from '../request.ts';

/** Microseconds since the epoch as Glance's database writes them. */
function exactTime(time: number): string {
  const seconds = new Date(time / 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(time % 1e6).padStart(6, '0')}`;
}

/** `GET /v2/images/{id}/tasks`. */
export function listImageTasks({ glance, caller, parameters: [id = ''] }: GlanceRequest): Answer {
  const image = lookUp(glance.store, caller, id);
  const tasks = image.tasks
    .filter((task) => caller.isAdmin || task.owner === caller.projectId)
    .map((task) => ({
      id: task.id,
      type: 'api_image_import',
      status: task.status,
      owner: task.owner,
      expires_at: task.expires === null ? null : exactTime(task.expires),
      created_at: exactTime(task.created),
      updated_at: exactTime(task.updated),
      deleted_at: null,
      deleted: false,
      image_id: image.id,
      request_id: task.request,
      user_id: task.user,
      input: task.input,
      result: task.result,
      message: task.message,
    }));
  return { status: 200, json: { tasks } };
}

function summaryOf(image: ImageRecord, task: ImportTask): Record<string, unknown> {
  return {
    id: task.id,
    type: 'api_image_import',
    status: task.status,
    owner: task.owner,
    ...(task.expires === null ? {} : { expires_at: isoSeconds(task.expires) }),
    created_at: isoSeconds(task.created),
    updated_at: isoSeconds(task.updated),
    image_id: image.id,
    request_id: task.request,
    user_id: task.user,
    self: `/v2/tasks/${task.id}`,
    schema: '/v2/schemas/task',
  };
}

/** `GET /v2/tasks`: for administrators. */
export function listTasks({ glance, caller }: GlanceRequest): Answer {
  if (!caller.isAdmin) throw forbiddenAction('tasks_api_access');
  const tasks = glance.store.all().flatMap((image) => image.tasks.map((task) => summaryOf(image, task)));
  return { status: 200, json: { tasks, first: '/v2/tasks', schema: '/v2/schemas/tasks' } };
}

/** `GET /v2/tasks/{id}`: for administrators. */
export function showTask({ glance, caller, parameters: [id = ''] }: GlanceRequest): Answer {
  if (!caller.isAdmin) throw forbiddenAction('tasks_api_access');
  for (const image of glance.store.all()) {
    const task = image.tasks.find((each) => each.id === id);
    if (task === undefined) continue;
    const { input, result, message } = task;
    return { status: 200, json: { ...summaryOf(image, task), input, result, message } };
  }
  throw new Refusal(404, `No task found with ID ${id}`);
}
