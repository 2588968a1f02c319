import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseDefinitions } from '../../../../src/core/definition/parse.ts';
import { renderArguments } from '../../../../src/core/definition/writing/render.ts';
import type { Problem } from '../../../../src/core/problem.ts';
import { definitionsText, readTerraform } from '../../../../src/core/terraform/read.ts';
import {
  definitionAsTerraform,
  imageAsTerraform,
  imagesAsTerraform,
  terraformLabel,
  terraformResource,
} from '../../../../src/core/terraform/render.ts';
import { MARKS } from '../../../../src/core/reconcile/ownership/marks.ts';
import { liveImage, placeNamed } from '../../state/live-image.ts';
import { definitionOf } from '../../state/sample-plans.ts';

/** The one definition of a text, as the arguments that it writes. */
function read(text: string): Record<string, unknown> {
  const { definitions, problems } = readTerraform(text);
  assert.deepEqual(
    problems.filter(({ severity }) => severity === 'error'),
    [],
  );
  const [only] = definitions;
  assert.ok(only !== undefined && definitions.length === 1);
  return argumentsOf(only.text);
}

function argumentsOf(text: string): Record<string, unknown> {
  const withoutComments = text.replace(/^\s*\/\/.*$/gm, '');
  return JSON.parse(withoutComments) as Record<string, unknown>;
}

function refused(body: string): string[] {
  const { definitions, problems } = readTerraform(`resource "openstack_images_image_v2" "a" {\n${body}\n}\n`);
  assert.deepEqual(definitions, []);
  return problems.map(({ code, line, column }: Problem) => `${code} ${line ?? 0}:${column ?? 0}`);
}

const FULL = {
  name: 'Ubuntu 24.04 "noble"',
  container_format: 'bare',
  disk_format: 'qcow2',
  local_file_path: 'C:\\images\\noble.img',
  verify_checksum: false,
  min_disk_gb: 10,
  visibility: 'community',
  protected: true,
  region: 'RegionOne',
  tags: ['lts', 'a,b'],
  properties: { os_distro: 'ubuntu', 'hw:cpu': '${not} a template', note: 'two\nlines' },
  timeouts: { create: '30m' },
};

describe('terraformResource', () => {
  it('writes a resource as terraform fmt does, with nothing in it a template', () => {
    assert.equal(
      terraformResource(FULL),
      `resource "openstack_images_image_v2" "ubuntu_24_04_noble" {
  name             = "Ubuntu 24.04 \\"noble\\""
  container_format = "bare"
  disk_format      = "qcow2"
  local_file_path  = "C:\\\\images\\\\noble.img"
  verify_checksum  = false
  min_disk_gb      = 10
  visibility       = "community"
  protected        = true
  region           = "RegionOne"

  tags = ["lts", "a,b"]

  properties = {
    os_distro = "ubuntu"
    "hw:cpu"  = "$\${not} a template"
    note      = "two\\nlines"
  }

  timeouts {
    create = "30m"
  }
}
`,
    );
  });

  it('imports an image that exists, and keeps Terraform from making it anew', () => {
    const id = '8a2ea3c1-6f4c-4f0e-9a53-3a1b8c2d4e5f';
    const formats = { name: 'A', container_format: 'bare', disk_format: 'raw' };
    assert.match(
      terraformResource(formats, { importId: id }),
      /^resource [\s\S]*\}\n\nimport \{\n {2}to = openstack_images_image_v2\.a\n {2}id = "8a2ea3c1-[^"]*"\n\}\n$/,
    );
    const withSource = terraformResource({ ...formats, local_file_path: 'a.raw' }, { importId: id });
    assert.match(withSource, /ignore_changes = \[\n {6}local_file_path,\n {6}image_cache_path,\n {4}\]\n {2}\}/);
  });

  it('shares an image by resources of their own, which are imported with it', () => {
    const arguments_ = {
      name: 'A',
      container_format: 'bare',
      disk_format: 'raw',
      visibility: 'shared',
      region: 'RegionOne',
      members: ['p1', { project: 'p2', accept_with: 'lab' }],
    };
    const text = terraformResource(arguments_, { importId: 'ID' });
    assert.match(
      text,
      /resource "openstack_images_image_access_v2" "a_2" \{\n {2}image_id {2}= openstack_images_image_v2\.a\.id\n {2}member_id = "p2"\n {2}region {4}= "RegionOne"\n\}\n/,
    );
    assert.match(text, /to = openstack_images_image_access_v2\.a_1\n {2}id = "ID\/p1"/);
    assert.deepEqual(read(terraformResource(arguments_)).members, ['p1', 'p2']);
  });

  it('has no verify_checksum beside web_download, which Terraform refuses, and says so', () => {
    const formats = { name: 'A', container_format: 'bare', disk_format: 'raw', image_source_url: 'https://x/a' };
    const fetched = terraformResource({ ...formats, web_download: true, verify_checksum: false });
    assert.match(fetched, /^# Terraform does not allow verify_checksum with web_download: verify_checksum = false$/m);
    assert.match(fetched, /^ {2}web_download +=/m);
    assert.doesNotMatch(fetched, /^ {2}verify_checksum/m);
    const plain = terraformResource({ ...formats, web_download: false, verify_checksum: false });
    assert.match(plain, /^ {2}verify_checksum +=/m);
    assert.doesNotMatch(plain, /web_download/);
  });

  it('says in comments what Terraform has no argument for', () => {
    const text = terraformResource({
      name: 'A',
      container_format: 'bare',
      disk_format: 'raw',
      local_file_path: '${workspaceFolder}/a.raw',
      cloud: 'dev\nresource "x" "y" {}',
      on_replace: 'delete',
      properties: { gone: null },
    });
    assert.match(text, /^# Terraform has no argument for this: cloud = "dev\\nresource \\"x\\" \\"y\\" \{\}"$/m);
    assert.match(text, /^# .*on_replace = "delete"$/m);
    assert.match(text, /^# .*can't remove properties: "gone"$/m);
    assert.match(text, /^# .*does not expand.*: local_file_path$/m);
    assert.match(text, /local_file_path {2}= "\$\$\{workspaceFolder\}\/a\.raw"/);
    assert.deepEqual(readTerraform(text).definitions.length, 1);
  });

  it('makes a label of any name', () => {
    const names = ['Ubuntu 24.04', '24', '', '—', 'Ünï', 'a-b_c', '-x'];
    assert.deepEqual(names.map(terraformLabel), ['ubuntu_24_04', 'image_24', 'image', 'image', 'u_ni', 'a-b_c', 'x']);
  });
});

describe('a live image as Terraform', () => {
  const properties = {
    hw_disk_bus: 'virtio',
    'glance_images.self': 'x',
    'glance_images.sent': '{}',
    ' odd"': '1',
  };

  it('keeps our marks and what Terraform can not write, and has no change for what an import does not know', () => {
    const text = imageAsTerraform(
      placeNamed('RegionOne'),
      liveImage('8a2ea3c1-6f4c-4f0e-9a53-3a1b8c2d4e5f', 'A', { properties }),
    );
    assert.match(text, /^ {2}properties = \{\n {4}hw_disk_bus = "virtio"\n {2}\}$/m);
    const ignored = /ignore_changes = \[\n([^\]]*(?:\][^\]]*?)*?)\n {4}\]/
      .exec(text)?.[1]
      ?.split('\n')
      .map((line) => line.trim());
    assert.deepEqual(ignored, [
      'image_cache_path,',
      ...MARKS.map((name) => `properties["${name}"],`),
      'properties[" odd\\""],',
    ]);
    const { definitions, problems } = readTerraform(text);
    assert.deepEqual([definitions.length, problems], [1, []]);
    const theirs = imageAsTerraform(
      placeNamed('RegionOne'),
      liveImage('8a2ea3c1-6f4c-4f0e-9a53-3a1b8c2d4e5f', 'B', { properties: { a: 'b' } }),
    );
    assert.doesNotMatch(theirs, /glance_images/);
  });

  it('has a label of its own beside images of the same name', () => {
    const images = ['11111111-0000-4000-8000-000000000000', '22222222-0000-4000-8000-000000000000'].map((id) => ({
      place: placeNamed('RegionOne'),
      image: liveImage(id, 'Debian 13'),
    }));
    const labels = imagesAsTerraform(images).match(/(?<=^resource "openstack_images_image_v2" )"[^"]*"/gm);
    assert.deepEqual(labels, ['"debian_13_11111111"', '"debian_13_22222222"']);
  });
});

describe('a definition as Terraform', () => {
  const [ID, secrets] = [
    '8a2ea3c1-6f4c-4f0e-9a53-3a1b8c2d4e5f',
    { image_source_username: 'me', image_source_password: '${secret:mirror}', local_file_path: undefined },
  ];

  it('has variables in place of references, and nothing of their values', () => {
    const url = { image_source_url: 'https://mirror.example/a.raw', image_cache_path: '${env:GLANCE_IMAGES_HOME}/"c"' };
    const text = definitionAsTerraform(definitionOf({ ...url, ...secrets }));
    assert.match(text, /^variable "mirror" \{\n {2}type {6}= string\n {2}sensitive = true\n\}$/m);
    assert.match(text, /^variable "GLANCE_IMAGES_HOME" \{\n {2}type = string\n\}$/m);
    assert.match(text, /^ {2}image_source_password = var\.mirror$/m);
    assert.match(text, /^ {2}image_cache_path += "\$\{var\.GLANCE_IMAGES_HOME\}\/\\"c\\""$/m);
    assert.doesNotMatch(text, /does not expand/);
  });

  it('leaves alone what it does not speak of, where it takes an image over', () => {
    const text = definitionAsTerraform(definitionOf({ image_id: ID, min_disk_gb: 5, tags: ['a'] }));
    for (const name of ['local_file_path', 'min_ram_mb', 'visibility', 'properties["glance_images.owns"]'])
      assert.ok(text.includes(`      ${name},\n`), name);
    for (const name of ['min_disk_gb', 'tags']) assert.ok(!text.includes(`      ${name},\n`), name);
    assert.doesNotMatch(text, /^ {2}image_id/m);
    assert.doesNotMatch(definitionAsTerraform(definitionOf()), /lifecycle/);
  });
});

describe('readTerraform', () => {
  it('reads a resource as people write it, and passes over the rest of the file', () => {
    const text = `
# A provider, and things that are computed
terraform { required_providers { openstack = { source = "terraform-provider-openstack/openstack" } } }
variable "x" { default = "\${upper("a}")}" }
locals {
  a = [for n in range(3) : "\${n}-{"]
  b = <<-EOT
    resource "openstack_images_image_v2" "no" {
  EOT
}
resource "openstack_images_image_v2" "rancheros" { # the image
  name = "RancherOS" /* as in
  the manual */
  image_source_url="https://releases.example.com/rancheros.img"
  container_format = "bare"
  disk_format = "qcow2"
  min_disk_gb = "4"
  protected = "true"
  hidden = null
  tags = [ "a",
    "b", // two
  ]
  properties = {
    key : "value", "hw:x" = 5
    yes = true
    text = <<EOT
one \\n $\${two}
EOT
  }
  timeouts { create = "60m" }
}`;
    assert.deepEqual(read(text), {
      name: 'RancherOS',
      container_format: 'bare',
      disk_format: 'qcow2',
      image_source_url: 'https://releases.example.com/rancheros.img',
      min_disk_gb: 4,
      protected: true,
      tags: ['a', 'b'],
      properties: { key: 'value', 'hw:x': '5', yes: 'true', text: 'one \\n ${two}\n' },
      timeouts: { create: '60m' },
    });
  });

  it('takes an import block for the id', () => {
    const id = '8A2EA3C1-6F4C-4F0E-9A53-3A1B8C2D4E5F';
    const text = terraformResource({ name: 'A', container_format: 'bare', disk_format: 'raw' }, { importId: id });
    assert.equal(read(text).image_id, id.toLowerCase());
  });

  it('reads several resources into one file', () => {
    const one = terraformResource({ name: 'A', container_format: 'bare', disk_format: 'raw' });
    const { definitions } = readTerraform(`${one}\n${one.replaceAll('"A"', '"B"').replace('"a"', '"b"')}`);
    const parsed = parseDefinitions(definitionsText(definitions), '/w/a.image.jsonc');
    assert.deepEqual(parsed.problems, []);
    assert.deepEqual(
      parsed.definitions.map((definition) => definition.arguments.name),
      ['A', 'B'],
    );
  });

  it('reads flush heredocs without their indentation', () => {
    const text = `resource "openstack_images_image_v2" "a" {
      name = "x"
      properties = {
        note = <<-END
          one
            two

          three
        END
      }
    }`;
    assert.deepEqual(read(text).properties, { note: 'one\n  two\n\nthree\n' });
  });

  for (const [what, body, expected] of [
    ['a reference', 'name = var.name', 'terraform-expression 2:8'],
    ['a function that reads files', 'name = file("a")', 'terraform-expression 2:8'],
    ['an interpolation', 'name = "a"\nlocal_file_path = "${data.x.y}/a.img"', 'terraform-expression 3:19'],
    ['a directive', 'name = "%{ if x }a%{ endif }"', 'terraform-expression 2:8'],
    ['an operator', 'min_disk_gb = 5 + 5', 'terraform-expression 2:15'],
    ['a condition', 'name = true ? "a" : "b"', 'terraform-expression 2:8'],
    ['a reference in a list', 'tags = ["a",\n  local.b]', 'terraform-expression 2:8'],
    ['a computed key', 'properties = { (var.a) = "b" }', 'terraform-expression 2:14'],
    ['a template in a heredoc', 'name = <<A\n${x}\nA', 'terraform-expression 2:8'],
    ['a computed count', 'count = length(data.x.y)', 'terraform-expression 2:1'],
    ['a computed for_each', 'for_each = var.images', 'terraform-expression 2:1'],
    ['a list of maps to repeat for', 'for_each = [{ a = 1 }]', 'terraform-expression 2:1'],
    ['a block of HCL 1', 'properties {\n  a = "b"\n}', 'terraform-old-syntax 2:1'],
    ['dynamic', 'dynamic "timeouts" {\n  for_each = []\n}', 'terraform-expression 2:1'],
    ['another argument', 'flavour = "x"', 'unknown-argument 2:1'],
    ['what is set by the cloud', 'checksum = "x"', 'unknown-argument 2:1'],
    ['a wrong type', 'tags = "a"', 'wrong-type 2:8'],
    ['half a number', 'min_disk_gb = 1.5', 'wrong-type 2:15'],
    ['a list in a map', 'properties = { a = ["b"] }', 'wrong-type 2:14'],
    ['an argument twice', 'name = "a"\nname = "b"', 'duplicate-argument 3:1'],
    ['a string without an end', 'name = "a', 'syntax-error 2:8'],
    ['an escape that is none', 'name = "a\\q"', 'syntax-error 2:10'],
  ] as const) {
    it(`refuses ${what} at its place`, () => assert.deepEqual(refused(body), [expected]));
  }

  it('refuses a text without such a resource', () => {
    for (const text of ['', 'resource "openstack_compute_instance_v2" "a" {}', '{"resource": 1}']) {
      assert.notDeepEqual(readTerraform(text).problems, []);
      assert.deepEqual(readTerraform(text).definitions, []);
    }
    assert.equal(readTerraform('').problems[0]?.code, 'no-terraform-resource');
  });

  it('reads what follows from the file itself: variables with a default, locals, copies, paths and provider aliases', () => {
    const { definitions, problems } = readTerraform(`
      provider "openstack" {
        alias = "admin"
        cloud = "lab-admin"
      }
      locals {
        version = "1.9" # of Talos
        host    = "https://factory.example/\${var.schematic}"
        extra   = { a = { tags = ["x"] }, "b-2" = { tags = [local.version, "$\${y}"] } }
      }
      variable "schematic" { default = "3765" }
      variable "password" { sensitive = true }
      resource "openstack_images_image_v2" "talos" {
        provider              = openstack.admin
        for_each              = local.extra
        name                  = "Talos \${each.key} \${local.version}"
        container_format      = "bare"
        disk_format           = "raw"
        image_source_url      = "\${local.host}/\${lower("V")}1.raw"
        image_source_username = "me"
        image_source_password = var.password
        tags                  = each.value.tags
        lifecycle {
          ignore_changes = [properties["hw_x"], properties["os_hash_algo"], properties.a]
        }
      }
      resource "openstack_images_image_v2" "two" {
        count            = 2
        name             = element(["first", "second"], count.index)
        container_format = "bare"
        disk_format      = "raw"
        local_file_path  = "\${path.module}/disk\${count.index}.raw"
        visibility       = "shared"
      }
      resource "openstack_images_image_v2" "no" {
        name = var.password
      }
      resource "openstack_images_image_access_v2" "share" {
        for_each  = toset(["p1", "p2"])
        image_id  = openstack_images_image_v2.two[1].id
        member_id = each.key
      }
    `);
    const common = { container_format: 'bare', disk_format: 'raw' };
    const talos = {
      ...common,
      image_source_url: 'https://factory.example/3765/v1.raw',
      image_source_username: 'me',
      image_source_password: '${secret:password}',
      cloud: 'lab-admin',
      ignore: ['hw_x', 'a'],
    };
    assert.deepEqual(
      definitions.map(({ label, text }) => [label, argumentsOf(text)]),
      [
        ['talos["a"]', { ...talos, name: 'Talos a 1.9', tags: ['x'] }],
        ['talos["b-2"]', { ...talos, name: 'Talos b-2 1.9', tags: ['1.9', '${y}'] }],
        ['two[0]', { ...common, name: 'first', local_file_path: './disk0.raw', visibility: 'shared' }],
        [
          'two[1]',
          { ...common, name: 'second', local_file_path: './disk1.raw', visibility: 'shared', members: ['p1', 'p2'] },
        ],
      ],
    );
    assert.deepEqual(
      problems.map(({ severity, code }) => [severity, code]),
      [['error', 'terraform-expression']],
    );
  });

  it('names a block of HCL 1 beside what it can not count, and warns once for all copies', () => {
    const old = 'count = "${length(var.images)}"\nproperties {\n  hw_rng_model = "virtio"\n}';
    assert.deepEqual(refused(old), ['terraform-expression 2:1', 'terraform-old-syntax 3:1']);
    const copies = 'count = 3\nname = "a"\ndepends_on = [x.y]';
    const { definitions, problems } = readTerraform(`resource "openstack_images_image_v2" "a" {\n${copies}\n}`);
    assert.deepEqual([definitions.length, problems.length], [3, 1]);
  });

  it('ends on locals that never do', () => {
    const doubled = Array.from({ length: 60 }, (_, at) => `l${at} = "\${local.l${at + 1}}\${local.l${at + 1}}"`).join(
      '\n',
    );
    const circle = 'a = local.b\nb = local.a';
    const body = 'name = local.l0\ndisk_format = local.a';
    const text = `locals {\n${doubled}\nl60 = "xxxxxxxxxx"\n${circle}\n}\nresource "openstack_images_image_v2" "a" {\n${body}\n}`;
    const { definitions, problems } = readTerraform(text);
    assert.deepEqual(definitions, []);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['terraform-expression', 'terraform-expression'],
    );
  });

  it('leaves out what is only for Terraform, and says so', () => {
    const body = `name = "a"\n depends_on = [x.y]\n provider = openstack.other\n lifecycle {\n prevent_destroy = true\n }`;
    const { definitions, problems } = readTerraform(`resource "openstack_images_image_v2" "a" {\n${body}\n}`);
    assert.equal(definitions.length, 1);
    assert.deepEqual(
      problems.map(({ severity, code, line }) => [severity, code, line]),
      [
        ['warning', 'left-out', 3],
        ['warning', 'left-out', 4],
        ['warning', 'left-out', 5],
      ],
    );
  });

  it('writes no password into a definition', () => {
    const { definitions, problems } = readTerraform(
      'resource "openstack_images_image_v2" "a" {\n  image_source_password = "hunter2"\n}',
    );
    assert.ok(!JSON.stringify([definitions, problems]).includes('hunter2'));
    assert.match(definitions[0]?.text ?? '', /"image_source_password": "\$\{env:GLANCE_IMAGES_SOURCE_PASSWORD\}"/);
    assert.equal(problems[0]?.code, 'password-left-out');
  });

  it('takes any text', () => {
    const pieces = fc.constantFrom(
      'resource ',
      '"openstack_images_image_v2" ',
      '"a" ',
      '{',
      '}',
      '[',
      ']',
      '=',
      '\n',
      '"',
      '${',
      '%{',
      '<<A\n',
      'A\n',
      '\\',
      'name',
      '1',
      '#',
      '/*',
      ',',
      '(',
      '$${',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces, { maxLength: 60 }).map((all) => all.join('')),
        ),
        (text) => {
          const { definitions, problems } = readTerraform(text);
          assert.ok(definitions.length > 0 || problems.length > 0);
        },
      ),
      { numRuns: 1000 },
    );
    const deep = `resource "openstack_images_image_v2" "a" {\n tags = ${'['.repeat(100_000)}\n name = "${'${"'.repeat(100_000)}`;
    assert.notDeepEqual(readTerraform(deep).problems, []);
    assert.notDeepEqual(readTerraform('a {'.repeat(100_000)).problems, []);
  });
});

describe('a definition as Terraform and back', () => {
  const words = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.constantFrom('${a}', '$${a}', '%{if}', '\\', '"', '\u2028', '$$$', '$', '<<A', 'é\u0000'),
  );
  const text = fc.array(words, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
  const full = fc.record(
    {
      name: text,
      container_format: text,
      disk_format: text,
      local_file_path: text,
      image_source_url: text,
      image_source_username: text,
      image_source_password: fc.constantFrom('${env:GLANCE_IMAGES_A}', '${secret:b}'),
      image_cache_path: text,
      decompress: fc.boolean(),
      web_download: fc.boolean(),
      verify_checksum: fc.boolean(),
      min_disk_gb: fc.nat(),
      min_ram_mb: fc.nat(),
      visibility: fc.constantFrom('public', 'private'),
      protected: fc.boolean(),
      hidden: fc.boolean(),
      region: text,
      image_id: fc.uuid(),
      tags: fc.array(text),
      properties: fc.dictionary(text, fc.oneof(text, fc.constant(''))),
      timeouts: fc.record({ create: fc.constantFrom('30m', '1h30m') }),
    },
    { requiredKeys: ['name', 'container_format', 'disk_format'] },
  );

  it('is the same for all that both know', () => {
    fc.assert(
      fc.property(full, fc.boolean(), ({ verify_checksum: verifies, ...rest }, imports) => {
        // Terraform takes one of the two.
        const both = rest.web_download !== undefined || verifies === undefined;
        const arguments_ = both ? rest : { ...rest, verify_checksum: verifies };
        const importId = imports ? arguments_.image_id : undefined;
        const again = read(terraformResource(arguments_, { importId, label: 'a' }));
        const same = argumentsOf(renderArguments(arguments_, {}));
        assert.deepEqual(again, same);
      }),
      { numRuns: 500 },
    );
  });
});
