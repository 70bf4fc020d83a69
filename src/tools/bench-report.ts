/** A measurement, as it is printed: of the playground, and of the live server where there is one. */
export interface Row {
  readonly what: string
  readonly ours: string
  readonly theirs: string | null
  /** The first as compared with the second. */
  readonly ratio: string | null
}

/**
 * Returns the measurements as a table of text.
 * @param version of the live server
 */
export function textOf(rows: readonly Row[], version: string): string {
  const line = (what: string, ours: string, theirs: string, ratio: string): string =>
    `${what.padEnd(50)}${ours.padStart(18)}${theirs.padStart(24)}   ${ratio}`.trimEnd()
  return [
    line('', 'playground', `redis-server ${version}`, ''),
    ...rows.map(({ what, ours, theirs, ratio }) => line(what, ours, theirs ?? '', ratio ?? '')),
  ].join('\n')
}

/**
 * Returns the measurements as a page of the documentation.
 * @param machine the processor and the version of Node, as a phrase
 */
export function markdownOf(rows: readonly Row[], version: string, machine: string): string {
  const cells = rows.map(({ what, ours, theirs, ratio }) => `| ${what} | ${ours} | ${theirs ?? ''} | ${ratio ?? ''} |`)
  return `# Benchmarks

Measured by \`npm run bench -- --markdown\`, which writes this page, on ${machine}. Times are processor time of the
program that is measured, and rates are per second of it: the best of several rounds, but the median after a key press, and one round of
first diagnostics. Other work on the machine still changes them by a third and more, so only the ratios of one run say something.

| | playground | redis-server ${version} | |
| --- | --- | --- | --- |
${cells.join('\n')}

Permission checks look up the command, find its keys and check the user; ACL DRYRUN does the same through a pipelined connection.
The users of so large a file are validated as it loads, and built when they are first read.
Proofs are measured on Redis 8.0. The start of \`check\` is measured by the clock.
`
}
