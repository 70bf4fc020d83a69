/** Returns the milliseconds of processor time that this process took so far: other work of the machine does not count. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
