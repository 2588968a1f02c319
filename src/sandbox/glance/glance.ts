import { type Caller, callerOf } from './access.ts';
import { type Answer, Refusal, webobAnswer } from '../http/answers.ts';
import {
  infoImport,
  infoStores,
  infoStoresDetail,
  infoUsage,
  showSchema,
  versionsAnswer,
  withoutVersion,
} from './discovery.ts';
import type { Identity } from '../keystone/identity.ts';
import { addTag, deactivateImage, deleteFromStore, reactivateImage, removeTag } from './images/image-actions.ts';
import { downloadImage, uploadImage } from './image-data.ts';
import { importImage, stageImage } from './imports/image-import.ts';
import { updateImage } from './images/image-update.ts';
import { createImage, deleteImage, indexImages, showImage } from './images/images.ts';
import { addMember, listMembers, removeMember, showMember, updateMember } from './members.ts';
import { listNamespaces, showNamespace } from './metadefs.ts';
import type { Release } from '../release.ts';
import { route, type Route } from '../http/router.ts';
import type { Service } from '../http/server.ts';
import { listImageTasks, listTasks, showTask } from './imports/tasks.ts';
import type { Glance, GlanceRequest } from './request.ts';

type Handler = (request: GlanceRequest) => Answer | Promise<Answer>;

/** A handler that refuses a body, as Glance does for most resources without one. */
function bare(handler: Handler): Handler {
  return (request) => {
    if (request.exchange.hasBody) throw new Refusal(400, 'A body is not expected with this request.');
    return handler(request);
  };
}

const routes: readonly Route<Handler>[] = [
  { path: '/images', methods: { GET: indexImages, POST: createImage } },
  { path: '/images/:id', methods: { GET: bare(showImage), PATCH: updateImage, DELETE: bare(deleteImage) } },
  { path: '/images/:id/tasks', methods: { GET: bare(listImageTasks) } },
  { path: '/images/:id/import', methods: { POST: importImage } },
  { path: '/stores/:store/:id', methods: { DELETE: bare(deleteFromStore) } },
  { path: '/images/:id/actions/deactivate', methods: { POST: bare(deactivateImage) } },
  { path: '/images/:id/actions/reactivate', methods: { POST: bare(reactivateImage) } },
  { path: '/images/:id/file', methods: { GET: bare(downloadImage), PUT: uploadImage } },
  { path: '/images/:id/stage', methods: { PUT: stageImage } },
  { path: '/images/:id/tags/:tag', methods: { PUT: bare(addTag), DELETE: bare(removeTag) } },
  { path: '/images/:id/members', methods: { GET: bare(listMembers), POST: addMember } },
  {
    path: '/images/:id/members/:project',
    methods: { GET: bare(showMember), PUT: updateMember, DELETE: bare(removeMember) },
  },
  { path: '/tasks', methods: { GET: listTasks } },
  { path: '/tasks/:id', methods: { GET: showTask } },
  { path: '/info/import', methods: { GET: bare(infoImport) } },
  { path: '/info/stores', methods: { GET: bare(infoStores) } },
  { path: '/info/usage', methods: { GET: infoUsage } },
  { path: '/info/stores/detail', methods: { GET: bare(infoStoresDetail) } },
  { path: '/schemas/:name', methods: { GET: showSchema } },
  { path: '/metadefs/namespaces', methods: { GET: listNamespaces } },
  { path: '/metadefs/namespaces/:name', methods: { GET: showNamespace } },
];

/** Longest request id that Glance accepts from a client. */
const maximumRequestId = 64;

/** The Image API v2 of one region (https://docs.openstack.org/api-ref/image/v2/), with the answers of its release. */
export function glanceService(region: string, glance: Glance, identity: Identity, authUrl: () => string): Service {
  return {
    kind: 'image',
    region,
    closes: glance.release >= 33,
    async handle(exchange) {
      const { origin, path } = exchange;
      const { release } = glance;
      if (path === '/versions') return versionsAnswer(200, origin, release);
      const rest = withoutVersion(path, release);
      if (rest === undefined) return versionsAnswer(300, origin, release);
      const caller = callerOfToken(identity, exchange.headers['x-auth-token'], release);
      if (caller === undefined) throw new Refusal(401);
      const headers = { 'x-openstack-request-id': exchange.requestId };
      if (exchange.requestId.length > maximumRequestId + 4) throw new Refusal(431);
      if (rest === '') return { status: 302, headers: { ...headers, location: `${origin}${path}/` }, text: '' };
      const { handler, parameters } = route(routes, exchange.method, rest);
      const answer = await handler({ glance, caller, exchange, parameters });
      return { ...answer, headers: { ...headers, ...answer.headers } };
    },
    refuse(refusal, exchange) {
      // An unauthenticated request gets no request id, because keystonemiddleware runs before Glance's own middleware.
      const extra: Record<string, string> =
        refusal.status === 401
          ? { 'www-authenticate': `Keystone uri="${authUrl()}"` }
          : { 'x-openstack-request-id': exchange.requestId };
      const answer = webobAnswer(refusal, exchange.headers.accept);
      return { ...answer, headers: { ...extra, ...answer.headers } };
    },
  };
}

function callerOfToken(identity: Identity, token: string | string[] | undefined, release: Release): Caller | undefined {
  const grant = typeof token === 'string' ? identity.grantOf(token) : undefined;
  return grant && callerOf(grant, release);
}
