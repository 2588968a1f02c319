import type { Failure } from '../failure.ts';
import { requestIdOf } from '../http/answers.ts';
import type { HttpAnswer, HttpUpload } from '../http/http.ts';
import type { ImageUpload } from './service.ts';

/** An HTTP upload as one of an image: anything but 204 is a failure, whenever it comes. */
export function openUpload(
  upload: HttpUpload,
  options: {
    readonly requestId: string;
    readonly refuse: (answer: HttpAnswer) => Failure;
    readonly locate: (error: unknown) => unknown;
  },
): ImageUpload {
  const located = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw options.locate(error);
    }
  };
  return {
    refused: upload.early.then((answer) => {
      throw options.refuse(answer);
    }),
    write: (piece) => located(upload.write(piece)),
    finish: async () => {
      const answer = await located(upload.finish());
      if (answer.status !== 204) throw options.refuse(answer);
      return requestIdOf(answer) ?? options.requestId;
    },
    destroy: (reason) => upload.destroy(reason),
  };
}
