import type { LiveImage } from '../../glance/image.ts';
import type { ImageService } from '../../glance/service.ts';

const BUSY: ReadonlySet<string> = new Set(['saving', 'uploading', 'importing']);

/** ms between two looks. */
const INTERVAL = 500;
/** Looks before it gives up waiting: half a minute. */
const LOOKS_AT_MOST = 60;

/** Waits until Glance no longer works on an image. Returns the image, or `undefined` if it is gone. */
export async function waitUntilIdle(
  images: ImageService,
  id: string,
  signal: AbortSignal | undefined,
): Promise<LiveImage | undefined> {
  for (let look = 1; ; look += 1) {
    const image = await images.find(id, signal);
    if (image === undefined || !BUSY.has(image.status) || look === LOOKS_AT_MOST) return image;
    await pause(INTERVAL, signal);
  }
}

/** Resolves after this many ms. Rejects when the signal fires. */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason instanceof Error ? signal.reason : new Error('Cancelled.'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
