/** A check runs a client against one server. What it returns must be the same for the simulator and the real server. */
export interface Check {
  readonly name: string
  /** Returns why the check cannot run here, or null. */
  readonly missing: () => string | null
  /** Runs the client. Returns what it saw, without what differs between two runs. Rejects where the client fails. */
  readonly run: (port: number) => Promise<string>
}

/** The result of a check, for the table. */
export interface Outcome {
  readonly name: string
  readonly result: 'passed' | 'failed' | 'skipped'
  readonly note: string
}

/** Returns the lines of one text that the other lacks, marked with - and +. */
export function difference(wanted: string, got: string): string {
  const [before, after] = [wanted.split('\n'), got.split('\n')]
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `      - ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `      + ${line}`),
  ]
    .slice(0, 20)
    .join('\n')
}
