/** `30m`, `1h30m`, `90s`, `500ms`: the durations of Go, as Terraform takes them, without signs. */
const DURATION = /^(?=.)(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;
const UNITS = [3_600_000, 60_000, 1000, 1] as const;
/** The longest that a timer of Node can be set to; a longer one would fire at once. */
const LONGEST = 2 ** 31 - 1;

/** A duration in ms, at most some 24 days; `undefined` where it is none, or nothing at all. */
export function parseDuration(text: string): number | undefined {
  const parts: readonly (string | undefined)[] | undefined = DURATION.exec(text)?.slice(1);
  const milliseconds = parts?.reduce((sum, part, place) => sum + Number(part ?? 0) * (UNITS[place] ?? 0), 0);
  return milliseconds === undefined || milliseconds < 1 ? undefined : Math.min(milliseconds, LONGEST);
}
