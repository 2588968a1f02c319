import { clearSecretAt } from '../../../src/core/definition/edits/clear-secret.ts';
import { cursorAt, objectsOf } from '../../../src/core/definition/text/cursor.ts';
import { parseDuration } from '../../../src/core/definition/reading/duration.ts';
import { addItem, applyEdits, removeArgument, removeAt, setArgument } from '../../../src/core/definition/edits/edit.ts';
import { fixAllEdits } from '../../../src/core/definition/edits/fix-all.ts';
import { differenceOf, definitionIndexAt } from '../../../src/core/definition/edits/fix.ts';
import { checkReferences, expandPath } from '../../../src/core/definition/variables/interpolate.ts';
import { makeListEdits } from '../../../src/core/definition/edits/make-list.ts';
import { namesOffered } from '../../../src/core/definition/help/offered-names.ts';
import { parseDefinitions } from '../../../src/core/definition/parse.ts';
import { matchesGlob } from '../../../src/core/globs.ts';
import { renderDefinition } from '../../../src/core/definition/writing/render.ts';
import { nameAt, renameEdits } from '../../../src/core/definition/edits/rename-image.ts';
import { readTerraform, definitionsText } from '../../../src/core/terraform/read.ts';
import { parses, type Target } from '../target.ts';

const DEFINITION = `// A comment
{
  "name": "Ubuntu 24.04", /* another */
  "container_format": "bare",
  "disk_format": "qcow2",
  "image_source_url": "https://user:pass@example.org/noble.img?a=b#c",
  "image_source_checksum": "sha256:${'ab'.repeat(32)}",
  "regions": ["RegionOne", "RegionTwo"],
  "min_disk_gb": 10,
  "tags": ["lts",],
  "members": ["11111111111111111111111111111111", { "project": "p", "accept_with": "c" }],
  "properties": { "os_distro": "ubuntu", "n": 1.50, "t": true, "gone": null },
  "ignore": ["x_*"],
  "timeouts": { "create": "1h30m", "stall": "90s" },
  "local_file_path": "~/a/\${env:GLANCE_IMAGES_X}/b.img",
}
`;
const LIST = `[\n${DEFINITION},\n{ "name": "b", "container_format": "bare", "disk_format": "raw", "stores": "all", "key": "k" }\n]`;
const TERRAFORM = `resource "openstack_images_image_v2" "rancheros" {
  name             = "RancherOS" # why
  image_source_url = "https://releases.rancher.com/os/latest/rancheros-openstack.img"
  container_format = "bare"
  disk_format      = "qcow2"
  min_disk_gb      = 4
  tags             = ["a", "b",]
  properties = {
    key = "value"
    "other" : <<-EOT
      text \${var.x}
    EOT
  }
  timeouts { create = "30m" }
}
variable "x" { default = { a = [1, 2] } }
`;
const WORDS = [
  '"name"',
  '"properties"',
  ':',
  ',',
  '[',
  ']',
  '{',
  '}',
  '/*',
  '*/',
  '//',
  'null',
  '"\\u0000"',
  '${env:',
  '${secret:A}',
  '"regions"',
  '"__proto__"',
];

/** Definitions, and what is done to their texts while somebody writes them. */
export const definitionTargets: readonly Target[] = [
  {
    name: 'definitions: parse',
    kind: 'text',
    samples: [DEFINITION, LIST, '[]', '{}'],
    words: WORDS,
    largest: 200_000,
    run: parses(({ text }) => {
      for (const definition of parseDefinitions(text, '/folder/x.image.jsonc').definitions)
        renderDefinition(definition.arguments);
    }),
  },
  {
    name: 'definitions: cursor',
    kind: 'text',
    samples: [DEFINITION, LIST],
    words: WORDS,
    largest: 100_000,
    run: parses(({ text }, random) => {
      const offset = random.int(0, text.length);
      const cursor = cursorAt(text, offset);
      const objects = objectsOf(text);
      if (cursor !== undefined) namesOffered(objects[cursor.index], cursor);
      nameAt(text, offset);
      clearSecretAt(text, offset)?.referTo('name');
    }),
  },
  {
    name: 'definitions: edits',
    kind: 'text',
    samples: [DEFINITION, LIST, '{}'],
    words: WORDS,
    largest: 50_000,
    run: parses(({ text }, random) => {
      const offset = random.int(0, text.length);
      const path = random.pick([
        'name',
        'tags',
        'properties/os_distro',
        'properties/a~1b',
        'members/0',
        'timeouts/create',
      ]);
      applyEdits(text, fixAllEdits(text));
      applyEdits(text, makeListEdits(text));
      applyEdits(text, removeAt(text, offset));
      const index = definitionIndexAt(text, offset);
      applyEdits(text, setArgument(text, index, path, random.pick([null, 1, 'a', ['a']])));
      applyEdits(text, removeArgument(text, index, path));
      applyEdits(text, addItem(text, index, 'tags', 'x'));
      applyEdits(text, renameEdits(text, offset, 'new "name"'));
    }),
  },
  {
    name: 'definitions: an edit changes nothing else',
    kind: 'text',
    samples: [DEFINITION, LIST],
    words: WORDS,
    largest: 20_000,
    run: ({ text }, random) => {
      const before = parseDefinitions(text, '/x').definitions;
      if (before.length === 0) return undefined;
      const at = random.int(0, before.length - 1);
      const index = before[at]?.index ?? 0;
      const edited = applyEdits(text, setArgument(text, index, 'min_ram_mb', 77));
      const after = parseDefinitions(edited, '/x').definitions[at];
      if (after?.arguments.min_ram_mb !== 77) return 'the argument that was set is not there';
      const { min_ram_mb: _before, ...others } = before[at]?.arguments ?? {};
      const { min_ram_mb: _after, ...left } = after.arguments;
      return JSON.stringify(others) === JSON.stringify(left) ? undefined : 'another argument changed';
    },
  },
  {
    name: 'definitions: difference of two texts',
    kind: 'text',
    samples: [DEFINITION],
    largest: 5000,
    run: ({ text }) =>
      applyEdits(DEFINITION, [differenceOf(DEFINITION, text)]) === text ? undefined : 'the edit does not lead there',
  },
  {
    name: 'definitions: globs',
    kind: 'text',
    samples: ['x_*\nx_abc', '*a*b*c*\naxbxc', '?*?*?*\nabcdef', '[a](b)\\\n[a](b)\\'],
    words: ['*', '?', '*?', '**', '*a'],
    largest: 600,
    run: parses(({ text }) => {
      const [glob = '', name = ''] = text.split('\n', 2);
      matchesGlob([glob], name);
      matchesGlob([`${glob}!`], 'a'.repeat(255));
    }),
  },
  {
    name: 'definitions: durations',
    kind: 'text',
    samples: ['1h30m', '90s', '500ms', '1.5h', '0.0000001s', `${'9'.repeat(400)}h`],
    largest: 100_000,
    run: ({ text }) => {
      const duration = parseDuration(text);
      const bounded = duration === undefined || (duration >= 1 && duration <= 2 ** 31 - 1);
      return bounded ? undefined : `it makes ${String(duration)} ms`;
    },
  },
  {
    name: 'definitions: references in paths',
    kind: 'text',
    samples: ['~/a.img', '${workspaceFolder}/a.img', '${env:GLANCE_IMAGES_A}/b', '${env:OS_PASSWORD}', '${${env:A}}'],
    words: ['${env:', '${secret:', '${', '}', '~', '/'],
    largest: 100_000,
    run: ({ text }) => {
      checkReferences(text);
      const surroundings = {
        environment: { GLANCE_IMAGES_A: 'a', OS_PASSWORD: 'S3CRET' },
        allowedEnvironment: ['OS_PASSWORD'],
        definitionFile: '/w/x.image.jsonc',
        workspaceFolder: '/w',
        homeDirectory: '/home/a',
      };
      const path = expandPath(text, surroundings);
      return path.includes('S3CRET') && !text.includes('S3CRET') ? 'a variable of OpenStack comes through' : undefined;
    },
  },
  {
    name: 'Terraform: files',
    kind: 'text',
    samples: [TERRAFORM],
    words: [
      'resource',
      '"openstack_images_image_v2"',
      '{',
      '}',
      '<<EOT\n',
      '<<-A\n',
      '${',
      '%{',
      '/*',
      '#',
      '=',
      '[',
      '(',
      '"',
      '\\',
    ],
    largest: 100_000,
    run: parses(({ text }) => definitionsText(readTerraform(text).definitions)),
  },
];
