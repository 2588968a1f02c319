import { withAbort } from '../../core/abort.ts';
import type { OfferedFormats } from '../../core/cloud-facts.ts';
import { Failure, toFailure, messageOf } from '../../core/failure.ts';
import { ImageClient } from '../../core/glance/client/image-client.ts';
import { GotHttp } from '../http/got-http.ts';
import type { TlsOptions } from '../../core/http/http.ts';
import { placeInWords, placeOf, type CloudProblem } from '../../core/keystone/clouds/cloud-problem.ts';
import type { Cloud } from '../../core/keystone/clouds/configuration.ts';
import type { AskLogin } from '../../core/keystone/login/login-answers.ts';
import { Session } from '../../core/keystone/login/session.ts';
import type { Log } from '../../core/log.ts';
import type { Place } from '../../core/place.ts';
import { readTextFile } from '../files/text-file.ts';

/** The bundle of all public authorities is a fifth of this size. */
const PEM_BYTES_AT_MOST = 1024 * 1024;

/** Options of every connection of a process. */
export interface ConnectionOptions {
  readonly userAgent: string;
  readonly log: Log;
  readonly askLogin: AskLogin | undefined;
  readonly signedOut: ((cloud: Cloud) => boolean) | undefined;
  /** `HTTPS_PROXY` and its kin, where the host does not handle proxies itself. */
  readonly proxyEnvironment: Readonly<Record<string, string | undefined>> | undefined;
}

/** One cloud with its session: all callers share its token, catalog and connection pool. */
export class CloudAccess {
  readonly cloud: Cloud;
  readonly session: Session;
  readonly #http: GotHttp;
  readonly #log: Log;
  readonly #clients = new Map<string, Promise<ImageClient>>();
  readonly #formats = new Map<string, Promise<OfferedFormats | undefined>>();

  private constructor(cloud: Cloud, http: GotHttp, options: ConnectionOptions) {
    this.cloud = cloud;
    this.#http = http;
    this.#log = options.log;
    const { log, askLogin, signedOut } = options;
    this.session = new Session({
      cloud,
      http,
      log,
      signedOut: () => signedOut?.(cloud) ?? false,
      ...(askLogin === undefined ? {} : { askLogin }),
    });
  }

  /** Reads the certificate files of the cloud. Throws `tls-file-unreadable`, or the first error of its configuration. */
  static async open(cloud: Cloud, options: ConnectionOptions): Promise<CloudAccess> {
    const broken = cloud.problems.find(({ severity }) => severity === 'error');
    if (broken !== undefined) throw unusable(broken, cloud);
    const tls: TlsOptions = {
      ...cloud.tls,
      ...(await pem('ca', 'cacert', cloud.tls.caFile)),
      ...(await pem('cert', 'cert', cloud.tls.certFile)),
      ...(await pem('key', 'key', cloud.tls.keyFile)),
    };
    const { userAgent, log, proxyEnvironment } = options;
    const http = new GotHttp({ tls, userAgent, log, ...(proxyEnvironment === undefined ? {} : { proxyEnvironment }) });
    return new CloudAccess(cloud, http, options);
  }

  /** The regions of the catalog, one for each endpoint. */
  async places(signal: AbortSignal | undefined): Promise<readonly Place[]> {
    const { name: cloud, origin } = this.cloud;
    const endpoints = await this.session.imageEndpoints(signal);
    return endpoints.map(({ region }) => ({ cloud, region, origin }));
  }

  /** The image service of one region. Throws if the catalog has none. */
  async images(region: string, signal: AbortSignal | undefined): Promise<ImageClient> {
    const known = this.#clients.get(region);
    if (known !== undefined) return known;
    const made = this.#client(region, signal);
    this.#clients.set(region, made);
    // A failure is not remembered: the next call asks the catalog again.
    made.catch(() => this.#clients.delete(region));
    return made;
  }

  /** The formats that a region accepts, requested once; `undefined` if it does not say. Throws only when cancelled. */
  async formats(region: string, signal: AbortSignal | undefined): Promise<OfferedFormats | undefined> {
    const asked = this.#formats.get(region) ?? this.#askFormats(region);
    this.#formats.set(region, asked);
    return withAbort(asked, signal);
  }

  /** Closes the connections. */
  dispose(): void {
    this.#http.dispose();
  }

  /** Takes no signal: several plans wait for one answer. */
  async #askFormats(region: string): Promise<OfferedFormats | undefined> {
    try {
      return await (await this.images(region, undefined)).formats();
    } catch (error) {
      // Glance refuses an unsupported format later.
      this.#log.warn(toFailure(error).explain());
      this.#formats.delete(region);
      return undefined;
    }
  }

  async #client(region: string, signal: AbortSignal | undefined): Promise<ImageClient> {
    const endpoint = await this.session.imageEndpoint(region, signal);
    return new ImageClient({ session: this.session, http: this.#http, endpoint, region, log: this.#log });
  }
}

function unusable(broken: CloudProblem, { origin }: Cloud): Failure {
  const place = placeOf(broken);
  const where = place === undefined ? origin : placeInWords(place);
  return new Failure(broken.code, broken.message, {
    next: `Correct it in ${where}.`,
    ...(place === undefined ? {} : { place }),
  });
}

async function pem<Name extends 'ca' | 'cert' | 'key'>(
  name: Name,
  setting: string,
  file: string | undefined,
): Promise<Partial<Record<Name, string>>> {
  if (file === undefined) return {};
  try {
    const text = await readTextFile(file, { atMost: PEM_BYTES_AT_MOST, anyEncoding: true });
    const read: Partial<Record<Name, string>> = {};
    read[name] = text;
    return read;
  } catch (error) {
    const why = messageOf(error);
    throw new Failure('tls-file-unreadable', `The file "${file}" of "${setting}" can't be read: ${why}`, {
      cause: error,
    });
  }
}
