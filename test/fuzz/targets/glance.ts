import { importState, parseMethods, parseTasks } from '../../../src/core/glance/imports.ts';
import { imageFileName } from '../../../src/core/glance/image.ts';
import { parseImage } from '../../../src/core/glance/image-parser.ts';
import { parseMember, parseMembers } from '../../../src/core/glance/members.ts';
import { namespaceNames, namespaceProperties } from '../../../src/core/glance/metadefs.ts';
import { copyProgress, parseStores, storesOf } from '../../../src/core/glance/stores.ts';
import { renderImage } from '../../../src/core/definition/writing/render.ts';
import { parseDefinitions } from '../../../src/core/definition/parse.ts';
import { createCommand, saveCommand } from '../../../src/core/reconcile/words/openstack-command.ts';
import { errorText, failureOf } from '../../../src/core/http/answers.ts';
import { markProperties, readMarks } from '../../../src/core/reconcile/ownership/marks.ts';
import { imageAsTerraform } from '../../../src/core/terraform/render.ts';
import { readTerraform } from '../../../src/core/terraform/read.ts';
import { shows, parses, type Target } from '../target.ts';

const ID = '9dd37182-1c07-5495-b25b-a65835aef1c7';
const IMAGE = {
  id: ID,
  name: 'Ubuntu',
  status: 'active',
  visibility: 'shared',
  protected: false,
  os_hidden: false,
  owner: 'p',
  size: 5,
  virtual_size: null,
  min_disk: 1,
  min_ram: 0,
  checksum: 'd41d8cd98f00b204e9800998ecf8427e',
  os_hash_algo: 'sha512',
  os_hash_value: 'ab'.repeat(64),
  container_format: 'bare',
  disk_format: 'qcow2',
  tags: ['lts'],
  stores: 'fast,slow',
  os_glance_importing_to_stores: 'slow',
  os_glance_failed_import: '',
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
  self: `/v2/images/${ID}`,
  file: `/v2/images/${ID}/file`,
  schema: '/v2/schemas/image',
  os_distro: 'ubuntu',
  'glance_images.self': ID,
  'glance_images.key': 'Ubuntu',
  'glance_images.owns': '["name","tags"]',
  'glance_images.sent': '{"size":5,"md5":"a","sha512":"b","disk_format":"qcow2","container_format":"bare"}',
  'glance_images.stored':
    '{"size":5,"checksum":null,"os_hash_algo":"sha512","os_hash_value":"b","disk_format":"qcow2","container_format":"bare"}',
  'glance_images.state': '{"run":"m.1.x","started":"2026-01-01T00:00:00Z","phase":"staging"}',
};
const PLACE = { cloud: 'c', region: 'r', origin: 'http://127.0.0.1' };
const ERRORS = [
  '{"message":"No image found<br /><br />\\n\\n\\n","code":"404 Not Found","title":"Not Found"}',
  '<html><head><title>404 Not Found</title></head><body><h1>404</h1> &lt;b&gt; &amp; <script>x()</script></body></html>',
  '{"error":{"message":"no","code":409}}',
  "Provided object does not match schema 'image': 'x' is not one of ['a']\n\nFailed validating 'enum' in schema['properties']\n\nOn instance['disk_format']:\n    'x'",
  '502 Bad Gateway',
];

/** What Glance answers. */
export const glanceTargets: readonly Target[] = [
  {
    name: 'Glance: images, marks and what is made of them',
    kind: 'json',
    samples: [JSON.stringify(IMAGE)],
    largest: 300_000,
    run: ({ value }) => {
      const image = parseImage(value);
      const marks = readMarks(image);
      if (marks !== undefined) {
        const again = readMarks({ ...image, properties: markProperties(image.id, marks) });
        if (JSON.stringify(again) !== JSON.stringify(marks)) return 'marks are not read as they were written';
      }
      storesOf(image);
      copyProgress(image);
      importState(image, undefined);
      const file = imageFileName(image);
      if (/[/\\\0]|^\.\.?$|^$/.test(file)) return `the file name is ${JSON.stringify(file)}`;
      createCommand(PLACE, image);
      saveCommand(PLACE, image);
      return undefined;
    },
  },
  {
    name: 'Glance: images as definitions and as Terraform',
    kind: 'json',
    samples: [JSON.stringify(IMAGE)],
    largest: 100_000,
    run: ({ value }) => {
      const image = parseImage(value);
      const options = { cloud: 'c', region: 'r', pin: true };
      const { problems } = parseDefinitions(renderImage(image, options), '/x');
      if (problems.some(({ code }) => code === 'syntax-error')) return 'the definition is no JSONC';
      const { problems: faults } = readTerraform(imageAsTerraform(PLACE, image));
      const broken = faults.find(({ code }) => code === 'syntax-error');
      return broken === undefined ? undefined : `the resource is no HCL: ${broken.message}`;
    },
  },
  {
    name: 'Glance: members',
    kind: 'json',
    samples: [
      JSON.stringify({ members: [{ member_id: 'm', image_id: ID, status: 'pending', schema: '/v2/schemas/member' }] }),
      '{"member_id":"m","status":"accepted"}',
    ],
    largest: 100_000,
    run: parses(({ value }, random) => random.pick([parseMember, parseMembers])(value)),
  },
  {
    name: 'Glance: stores',
    kind: 'json',
    samples: [
      JSON.stringify({
        stores: [
          { id: 'fast', default: 'true', description: 'd' },
          { id: 'slow', 'read-only': 'true' },
        ],
      }),
    ],
    largest: 100_000,
    run: parses(({ value }) => parseStores(value)),
  },
  {
    name: 'Glance: import methods and tasks',
    kind: 'json',
    samples: [
      JSON.stringify({ 'import-methods': { description: 'd', type: 'array', value: ['web-download'] } }),
      JSON.stringify({
        tasks: [
          {
            id: 't',
            type: 'api_image_import',
            status: 'failure',
            message: 'm',
            updated_at: '2026-01-01T00:00:00.000000',
            created_at: 'x',
            image_id: ID,
          },
        ],
      }),
    ],
    largest: 100_000,
    run: parses(({ value }, random) => random.pick([parseMethods, parseTasks])(value)),
  },
  {
    name: 'Glance: metadata definitions',
    kind: 'json',
    samples: [
      JSON.stringify({
        namespaces: [
          {
            namespace: 'OS::Compute::Hypervisor',
            resource_type_associations: [{ name: 'OS::Glance::Image', prefix: 'hw_' }],
          },
        ],
      }),
      JSON.stringify({
        namespace: 'n',
        properties: { cpu: { title: 't', description: 'd', type: 'string', enum: ['a'], items: { enum: ['b'] } } },
        objects: [{ name: 'o', properties: { p: { type: 'integer', minimum: 1 } } }],
        resource_type_associations: [{ name: 'OS::Glance::Image', prefix: 'hw_' }],
      }),
    ],
    largest: 100_000,
    run: parses(({ value }, random) => random.pick([namespaceNames, namespaceProperties])(value)),
  },
  {
    name: 'answers: error bodies',
    kind: 'text',
    samples: ERRORS,
    words: [
      '<',
      '<br/>',
      '<script',
      '<title',
      '&',
      '\n\n',
      'Failed validating ',
      '\u001b]0;',
      '\u001b[',
      ' ',
      '[',
      '"message":"',
    ],
    largest: 1_000_000,
    run: shows(401, ({ text }) => errorText({ status: 500, headers: {}, body: text })),
  },
  {
    name: 'answers: request ids',
    kind: 'text',
    samples: ['req-d313bd25-a66b-4a46-bc3c-783cf33ccd98'],
    words: ['\u001b[', '\u202e'],
    largest: 100_000,
    run: shows(10_000, ({ text }) => {
      const { message } = failureOf(
        { status: 500, headers: { 'x-openstack-request-id': text }, body: '' },
        'server-error',
        'Reading failed',
      );
      return message;
    }),
  },
];
