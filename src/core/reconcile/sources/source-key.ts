import type { Definition } from '../../definition/definition.ts';

/** What makes two definitions fetch the same. */
export function sourceKey({ file, arguments: given }: Definition): string {
  const { image_source_url, local_file_path, image_source_checksum, image_source_username, image_source_password } =
    given;
  return JSON.stringify([
    file,
    image_source_url,
    local_file_path,
    image_source_checksum,
    image_source_username,
    image_source_password,
    given.image_cache_path,
    given.decompress ?? false,
    given.verify_checksum ?? true,
    given.web_download ?? false,
  ]);
}
