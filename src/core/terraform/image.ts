import { definitionKey, type Definition } from '../definition/definition.ts';
import { imageArguments } from '../definition/writing/render.ts';
import type { LiveImage } from '../glance/image.ts';
import type { Place } from '../place.ts';
import { terraformLabel, terraformResource } from './render.ts';

/** A live image as Terraform's resource, with the block that imports it. */
export function imageAsTerraform(place: Place, image: LiveImage): string {
  const { arguments_, comments } = imageArguments(image);
  const region = place.region === '' ? {} : { region: place.region };
  return terraformResource({ ...arguments_, ...region }, { importId: image.id, comments: Object.values(comments) });
}

/** A definition as Terraform's resource: one for each of its regions, with an `import` block where `image_id` names the image. */
export function definitionAsTerraform(definition: Definition): string {
  const { regions, key, ...arguments_ } = definition.arguments;
  const label = terraformLabel(definitionKey(definition) === key ? key : arguments_.name);
  const importId = arguments_.image_id;
  if (regions === undefined) return terraformResource({ ...arguments_ }, { label, importId });
  const resources = regions.map((region) =>
    terraformResource({ ...arguments_, region }, { label: terraformLabel(`${label}_${region}`), importId }),
  );
  return resources.join('\n');
}
