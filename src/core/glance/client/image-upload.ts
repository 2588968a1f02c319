import { Failure } from '../../failure.ts';
import { requestIdOf } from '../../http/answers.ts';
import type { HttpAnswer, HttpUpload } from '../../http/http.ts';
import type { ImageUpload } from '../service.ts';

/** An HTTP upload of image data. Any answer but 204 is a failure, whenever it arrives. */
export function openUpload(
  upload: HttpUpload,
  options: {
    readonly requestId: string;
    readonly refuse: (answer: HttpAnswer) => Failure;
    readonly locate: (error: unknown) => unknown;
  },
): ImageUpload {
  const refused = upload.early.then((answer): never => {
    throw options.refuse(answer);
  });
  // `write` and `finish` throw it as well; a rejection here may be ignored.
  refused.catch(() => undefined);
  const located = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      // The server's answer says more than `answered-early`.
      if (Failure.is(error, 'answered-early')) return refused;
      throw options.locate(error);
    }
  };
  return {
    refused,
    write: (piece) => located(upload.write(piece)),
    finish: async () => {
      const answer = await located(upload.finish());
      if (answer.status !== 204) throw options.refuse(answer);
      return requestIdOf(answer) ?? options.requestId;
    },
    destroy: (reason) => upload.destroy(reason),
  };
}
