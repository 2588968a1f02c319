import { withAbort } from '../abort.ts';
import { Failure, isAbort, toFailure } from '../failure.ts';
import type { ImageDownloads } from '../glance/client/image-download.ts';
import type { LiveImage } from '../glance/image.ts';
import { verify, type Verification } from '../reconcile/applying/transfer/verify.ts';
import { describeBytes } from '../byte-count.ts';
import type { DigestWorkers } from '../source/ports.ts';
import { PartialBody } from '../source/url/partial-body.ts';
import type { DigestPair, Verified } from '../reconcile/model/result.ts';
import type { PartialFile } from '../source/url/ports.ts';

/** The target of a download: a file under a temporary name beside its final one. Throws `Failure` with codes `disk-full`, `target-not-writable`. */
export interface DownloadTarget {
  /** Absolute path of the final file. */
  readonly path: string;
  /** The partial file, including the bytes of an earlier download of the same image. */
  readonly partial: PartialFile;
  /** Renames the synced file to its final name, replacing an existing one. */
  publish(): Promise<void>;
  /** Removes the temporary file. */
  discard(): Promise<void>;
  /** Closes the target. A temporary file with bytes stays for the next time. */
  close(): Promise<void>;
}

/** Progress of a download. */
export interface DownloadProgress {
  /** Received bytes. */
  readonly received: number;
  /** Bytes of the whole image. */
  readonly total: number;
}

/** Attempts in a row without a byte before the download fails. */
const VAIN_ATTEMPTS_AT_MOST = 3;
const WORTH_A_TRY = new Set([
  'connection-lost',
  'connection-refused',
  'timeout',
  'service-unavailable',
  'server-error',
]);

/** What a download works with. */
export interface DownloadDeps {
  readonly images: ImageDownloads;
  readonly workers: DigestWorkers;
  /** Resolves after this many ms. */
  pause(milliseconds: number): Promise<void>;
  readonly onProgress: (progress: DownloadProgress) => void;
  readonly signal: AbortSignal | undefined;
}

/** A finished download. */
export interface DownloadResult {
  /** Absolute. */
  readonly path: string;
  readonly image: LiveImage;
  /** Bytes. */
  readonly size: number;
  /** Bytes that were already there at the start. */
  readonly resumedFrom: number;
  /** `unverified`: the cloud reports no digest to compare. */
  readonly verdict: 'verified' | 'unverified';
  readonly verified: Verified;
  readonly digests: readonly DigestPair[];
  /** Of the last answer; absent if everything was already there. */
  readonly requestId?: string;
}

/**
 * Downloads an image's data. Resumes an earlier download, and retries after connection faults as long as bytes
 * arrive. The file gets its final name only if size and digests match those of the cloud.
 *
 * @throws Failure `image-has-no-data`, `image-deactivated`, `checksum-mismatch`, `body-size`, and what `images` and the target throw.
 */
export async function downloadImage(
  image: LiveImage,
  target: DownloadTarget,
  deps: DownloadDeps,
): Promise<DownloadResult> {
  const download = new Download(image, target, deps);
  try {
    return await download.run();
  } finally {
    await download.close();
  }
}

/** The size of an image. Throws `image-has-no-data` for one without data. */
export function sizeOfData({ id, status, size }: LiveImage): number {
  if (size !== null) return size;
  throw new Failure('image-has-no-data', `The image ${id} is "${status}" and has no data to download.`, {
    next: 'Wait until it is active. A queued image has no data.',
  });
}

class Download {
  readonly #image: LiveImage;
  readonly #size: number;
  readonly #target: DownloadTarget;
  readonly #deps: DownloadDeps;
  readonly #body: PartialBody;
  #requestId: string | undefined;

  constructor(image: LiveImage, target: DownloadTarget, deps: DownloadDeps) {
    this.#image = image;
    this.#size = sizeOfData(image);
    this.#target = target;
    this.#deps = deps;
    const algorithms = new Set(['md5', image.os_hash_algo ?? 'md5']);
    this.#body = new PartialBody(target.partial, deps.workers, [...algorithms]);
  }

  async run(): Promise<DownloadResult> {
    const resumedFrom = await this.#recall();
    const first = await this.#receiveAndVerify();
    if (first.verdict !== 'mismatch') return this.#publish(first, resumedFrom);
    if (resumedFrom === 0) return this.#refuse(first.pairs);
    // Resumed bytes may have been damaged, so the whole image is tried once more.
    await this.#body.restart();
    const second = await this.#receiveAndVerify();
    return second.verdict === 'mismatch' ? this.#refuse(second.pairs) : this.#publish(second, 0);
  }

  /** Keeps received bytes for the next time. An error here is ignored, because the download has already failed. */
  async close(): Promise<void> {
    await this.#body.flush().catch(() => undefined);
    this.#body.abort();
  }

  /** Existing bytes. More than the image's size can't be a part of it. */
  async #recall(): Promise<number> {
    const { size } = this.#target.partial;
    const { checksum, os_hash_value: multihash } = this.#image;
    // Only a digest of the cloud can prove that the bytes are of this image.
    if (size > this.#size || (checksum === null && multihash === null)) {
      await this.#body.restart();
      return 0;
    }
    await this.#body.recall(size, this.#deps.signal);
    return size;
  }

  async #receiveAndVerify(): Promise<Verification> {
    for (let vain = 0; this.#body.received < this.#size;) {
      const before = this.#body.received;
      try {
        await this.#receive();
      } catch (error) {
        if (isAbort(error)) throw error;
        if (Failure.is(error, 'range-refused') && before > 0) await this.#body.restart();
        else if (!WORTH_A_TRY.has(toFailure(error).code)) throw error;
        vain = this.#body.received > before ? 0 : vain + 1;
        if (vain >= VAIN_ATTEMPTS_AT_MOST) throw error;
        await withAbort(this.#deps.pause(250 * 2 ** vain), this.#deps.signal);
      }
    }
    const digests = await this.#body.finish(this.#deps.signal);
    return verify(this.#image, this.#body.received, digests);
  }

  async #receive(): Promise<void> {
    const { images, signal, onProgress } = this.#deps;
    await this.#body.flush();
    const wanted = this.#body.received;
    const answer = await images.download(this.#image.id, wanted, signal);
    this.#requestId = answer.requestId;
    try {
      const position = await this.#positionOf(answer, wanted);
      if (position === undefined) return;
      for await (const piece of answer.content) {
        signal?.throwIfAborted();
        // One byte too many is enough to know.
        await this.#body.add(piece.subarray(0, this.#size - this.#body.received + 1));
        if (this.#body.received > this.#size) throw await this.#tooLong();
        onProgress({ received: this.#body.received, total: this.#size });
      }
    } finally {
      answer.destroy();
    }
    if (this.#body.received < this.#size) throw this.#tooShort();
  }

  /**
   * The position of an answer's bytes; `undefined` if it is uncertain, and the next request is for all bytes. Some
   * stores send the whole image as a part, so a part has to match the missing bytes exactly.
   */
  async #positionOf(
    { start, length }: { readonly start: number; readonly length: number | undefined },
    wanted: number,
  ): Promise<number | undefined> {
    if (start === wanted && (length === undefined || length === this.#size - wanted)) return wanted;
    if (wanted === 0) return start === 0 ? 0 : this.#strange(start);
    await this.#body.restart();
    return start === 0 ? 0 : undefined;
  }

  #strange(start: number): never {
    const text = `Glance sent only a part of the image ${this.#image.id}, from byte ${start}, instead of all of it.`;
    throw new Failure('glance-unusable', text, { next: 'Give the operator of the cloud the request id.' });
  }

  async #publish({ verdict, verified, pairs }: Verification, resumedFrom: number): Promise<DownloadResult> {
    await this.#target.partial.sync();
    this.#deps.signal?.throwIfAborted();
    await this.#target.publish();
    return {
      path: this.#target.path,
      image: this.#image,
      size: this.#size,
      resumedFrom,
      verdict: verdict === 'verified' ? 'verified' : 'unverified',
      verified,
      digests: pairs,
      ...(this.#requestId === undefined ? {} : { requestId: this.#requestId }),
    };
  }

  async #refuse(pairs: readonly DigestPair[]): Promise<never> {
    await this.#body.restart();
    const differ = pairs
      .filter(({ here, cloud }) => here !== null && cloud !== null && here.toLowerCase() !== cloud.toLowerCase())
      .map(({ algorithm, here, cloud }) => `${algorithm}: received ${here ?? ''}, the cloud has ${cloud ?? ''}`);
    const text = `The data received for the image ${this.#image.id} is not what the cloud reports (${differ.join('; ')}). It was not kept.`;
    throw new Failure('checksum-mismatch', text, {
      next: 'Download it again. If it happens twice, the data in the store of the cloud is damaged: tell its operator.',
      ...(this.#requestId === undefined ? {} : { requestId: this.#requestId }),
    });
  }

  async #tooLong(): Promise<Failure> {
    await this.#body.restart();
    const text = `The cloud sent more than the ${describeBytes(this.#size)} that it reports for the image ${this.#image.id}. Nothing was kept.`;
    return new Failure('body-size', text, { next: 'Download it again.' });
  }

  #tooShort(): Failure {
    const text = `The data of the image ${this.#image.id} ended at ${describeBytes(this.#body.received)} of ${describeBytes(this.#size)}.`;
    return new Failure('connection-lost', text, { next: 'Download it again to resume.' });
  }
}
