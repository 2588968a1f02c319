import type { Definition } from '../../definition/definition.ts';
import { addressOf, sourceOf } from '../../definition/source.ts';
import { isAbort, toFailure } from '../../failure.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { ImageService } from '../../glance/service.ts';
import { copyProgress } from '../../glance/stores.ts';
import type { Problem } from '../../problem.ts';
import { isConverted, isSameOrigin } from '../sources/bytes.ts';
import { readMarks } from '../ownership/marks.ts';
import { problemAt } from '../../definition/problem-at.ts';
import type { ImportsFinding, PlanInput } from './plan-input.ts';
import type { RemoteFacts } from '../../source/source-facts.ts';

const METHOD = 'web-download';
/** What Glance reports of an image's data: MD5, and SHA-512 unless the operator chose another hash. */
const REPORTED: ReadonlySet<string> = new Set(['md5', 'sha512']);

/** The import methods of a region. A failure is returned, not thrown. */
export async function listImportMethods(
  images: ImageService,
  signal: AbortSignal | undefined,
): Promise<ImportsFinding> {
  try {
    return { kind: 'methods', methods: await images.imports.methods(signal) };
  } catch (error) {
    if (isAbort(error)) throw error;
    return { kind: 'failed', failure: toFailure(error) };
  }
}

/** Why Glance can't download the source, or why its download can't be verified. Empty if nothing is to be downloaded. */
export function webDownloadProblems({ definition, imports, source }: PlanInput, sends: boolean): readonly Problem[] {
  if (!sends || sourceOf(definition).kind !== 'cloud' || imports.kind === 'unasked') return [];
  const without = 'Remove "web_download" to send the bytes through this machine.';
  const problem = (text: string): readonly Problem[] => [
    {
      ...problemAt(definition, 'error', 'web-download-not-offered', `${text} ${without}`, 'web_download'),
      fixes: [{ kind: 'set-argument', argument: 'web_download', value: false }],
    },
  ];
  if (imports.kind === 'failed') return problem(`Glance can't fetch the source itself: ${imports.failure.explain()}`);
  if (!imports.methods.includes(METHOD)) {
    const offered = imports.methods.length === 0 ? 'no import method' : `only ${imports.methods.join(', ')}`;
    return problem(`This region does not let Glance fetch from the web: it offers ${offered}.`);
  }
  const why = source.kind === 'remote' ? unverifiable(definition, source.facts) : undefined;
  if (why === undefined) return [];
  const argument = addressOf(definition)?.checksum === undefined ? 'web_download' : 'image_source_checksum';
  const text = `${why} The fetched data is compared only between regions, and the result is "not verified".`;
  return [problemAt(definition, 'warning', 'web-download-unverified', text, argument)];
}

/** Why the bytes that Glance downloads can't be verified; `undefined` if they can. */
export function unverifiable(
  { arguments: given }: Definition,
  { origin, digests = {} }: RemoteFacts,
): string | undefined {
  if (given.verify_checksum === false) return '"verify_checksum" is false.';
  if (Object.keys(digests).some((algorithm) => REPORTED.has(algorithm))) return undefined;
  if (origin.checksum === undefined)
    return 'There is no checksum to compare with: set "image_source_checksum" to the md5 or sha512 of the source.';
  const [algorithm = ''] = origin.checksum.split(':');
  return `"image_source_checksum" is a ${algorithm}, but Glance reports md5 and sha512.`;
}

/** Whether Glance is still importing this very source into an image, so that an apply only has to wait. */
export function importGoesOn(definition: Definition, image: LiveImage, remote: RemoteFacts | undefined): boolean {
  return copyProgress(image).running && isForSource(definition, image, remote);
}

/** Whether an image was staged for the source as it is now. */
export function isForSource(
  { arguments: asked }: Definition,
  image: LiveImage,
  remote: RemoteFacts | undefined,
): boolean {
  const sent = readMarks(image)?.sent;
  if (remote?.kind !== 'cloud' || sent === undefined) return false;
  return isSameOrigin(remote.origin, sent) && !isConverted(asked, sent);
}
