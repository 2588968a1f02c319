import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { CLOUD, type RealCloud } from '../real-cloud.ts';
import { timed, type Cost } from './timed.ts';

const LOGIN =
  '{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"demo","domain":{"name":"Default"},"password":"demo"}}},"scope":{"project":{"name":"demo","domain":{"name":"Default"}}}}}';

/** Plain requests, one after the other for each image, the regions side by side; nothing is verified. */
const SCRIPT = `
set -euo pipefail
answer=$(curl -sf -D "$SCRATCH.head" -H 'Content-Type: application/json' "$KEYSTONE/auth/tokens" -d "$LOGIN")
token=$(tr -d '\\r' < "$SCRATCH.head" | sed -n 's/^[Xx]-[Ss]ubject-[Tt]oken: //p')
glance() { python3 -c 'import json,sys; t=json.load(sys.stdin)["token"]; print(next(e["url"] for s in t["catalog"] if s["type"]=="image" for e in s["endpoints"] if e["region"]==sys.argv[1] and e["interface"]=="public"))' "$1" <<< "$answer"; }
ask() { curl -sf -H "X-Auth-Token: $token" "$@"; }
one() {
  url=$(glance "$1"); ids="$SCRATCH.$1"
  case $WHAT in
    create)
      : > "$ids"
      for ((n = 0; n < count; n++)); do
        id=$(ask -H 'Content-Type: application/json' "$url/v2/images" -d '{"name":"bench curl","disk_format":"raw","container_format":"bare"}' | sed 's/.*"id": *"\\([^"]*\\)".*/\\1/')
        ask -H 'Content-Type: application/octet-stream' -T "$FILE" "$url/v2/images/$id/file"
        ask "$url/v2/images/$id" > /dev/null
        echo "$id" >> "$ids"
      done ;;
    list)
      next="/v2/images?limit=1000"
      while [ -n "$next" ]; do
        ask "$url$next" > "$SCRATCH.page.$1"
        next=$(python3 -c 'import json,sys; print(json.load(sys.stdin).get("next",""))' < "$SCRATCH.page.$1")
      done ;;
    update) while read -r id; do
        ask -X PATCH -H 'Content-Type: application/openstack-images-v2.1-json-patch' "$url/v2/images/$id" -d '[{"op":"replace","path":"/min_ram","value":64}]' > /dev/null
      done < "$ids" ;;
    delete) while read -r id; do ask -X DELETE "$url/v2/images/$id"; done < "$ids" ;;
  esac
}
pids=()
for region in $REGIONS; do one "$region" & pids+=($!); done
for pid in "\${pids[@]}"; do wait "$pid"; done
`;

/** Does with curl what a client has to do at least. */
export class Curl {
  readonly #keystone: string;
  readonly #scratch: string;

  private constructor(keystone: string, scratch: string) {
    this.#keystone = keystone;
    this.#scratch = scratch;
  }

  /** @param cloud one with the users of devcloud */
  static async of({ cloudsFile, folder }: RealCloud): Promise<Curl> {
    const { clouds } = parse(await readFile(cloudsFile, 'utf8')) as Record<
      'clouds',
      Record<string, { auth: { auth_url: string } }>
    >;
    return new Curl(clouds[CLOUD]?.auth.auth_url ?? '', `${folder}/curl`);
  }

  /** Runs one step on all regions of `REGIONS`. */
  async run(what: 'create' | 'list' | 'update' | 'delete', variables: Readonly<Record<string, string>>): Promise<Cost> {
    const more = { KEYSTONE: this.#keystone, SCRATCH: this.#scratch, LOGIN, WHAT: what };
    return timed('bash', ['-c', SCRIPT], { ...variables, ...more });
  }
}
