const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text is the id of an image: Glance has no others than UUIDs (glance/api/v2/images.py, `get_base_properties`). */
export function isImageId(text: string): boolean {
  return UUID.test(text);
}
