const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a word is the id of an image: Glance takes UUIDs only. */
export function isImageId(word: string): boolean {
  return UUID.test(word);
}
