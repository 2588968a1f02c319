import { askText } from '../../platform/prompts/questions.ts';

/** Asks what the image is called; `undefined` where the user declined. */
export async function askName(suggestion: string): Promise<string | undefined> {
  const name = await askText({
    title: 'New Definition',
    prompt: 'Name of the image',
    value: suggestion,
    ignoreFocusOut: true,
    validateInput: (value) =>
      value.trim() === ''
        ? 'An image needs a name.'
        : value.length > 255
          ? 'A name has at most 255 characters.'
          : undefined,
  });
  return name?.trim();
}

/** An address at which nothing could be read. */
export interface FailedAddress {
  readonly address: string;
  /** One sentence. */
  readonly why: string;
}

/** Asks for the address of an image, or for a better one; `undefined` where the user declined. */
export async function askAddress(failed?: FailedAddress): Promise<string | undefined> {
  const address = await askText({
    title: 'New Definition from URL',
    prompt: failed?.why ?? 'Address of the image, http or https',
    value: failed?.address ?? '',
    placeHolder: 'https://cloud-images.example.org/noble/noble-server-cloudimg-amd64.img',
    ignoreFocusOut: true,
    validateInput: (value) => refuseAddress(value.trim()),
  });
  return address?.trim();
}

function refuseAddress(value: string): string | undefined {
  const url = URL.parse(value);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    return 'Enter an address that begins with http:// or https://.';
  return url.username + url.password === ''
    ? undefined
    : 'Remove user and password from the address. Use "image_source_username" and "image_source_password".';
}
