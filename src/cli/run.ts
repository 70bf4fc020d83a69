import { ask, askPassword } from './ask-password'
import { runProgram } from './program'
import { readUpTo } from './read-up-to'

/**
 * Returns true where a stream shows colours. NO_COLOR (https://no-color.org) turns them off; FORCE_COLOR, which CI
 * services set where their log shows colours, turns them on.
 */
function isColored(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR: no = '', FORCE_COLOR: force = '0', TERM: terminal } = process.env
  return no === '' && ((force !== '0' && force !== 'false') || (stream.isTTY && terminal !== 'dumb'))
}

/** Resolves once what was written to standard output was read, or is not going to be. */
async function drained(): Promise<void> {
  const { stdout } = process
  if (!stdout.writableNeedDrain) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      for (const event of ['drain', 'error', 'close']) stdout.off(event, done)
      resolve()
    }
    for (const event of ['drain', 'error', 'close']) stdout.once(event, done)
  })
}

/** Runs the command line of this process. */
export async function run(): Promise<void> {
  // A closed pipe (`| head`) is not an error: the exit code still reports the result. Output that cannot be written (a
  // full disk) is an error.
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') return
    process.stderr.write(`Standard output cannot be written: ${message}\n`, () => process.exit(2))
  })
  // Nothing is left to report to.
  process.stderr.on('error', () => undefined)

  const code = await runProgram(
    process.argv.slice(2),
    {
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
      drained,
      stdin: () => readUpTo(0),
      isTerminal: process.stdout.isTTY,
      color: isColored(process.stdout),
      errColor: isColored(process.stderr),
      password: askPassword,
      answer: ask,
      interrupted: () =>
        new Promise((resolve) => process.once('SIGINT', () => resolve()).once('SIGTERM', () => resolve())),
    },
    (stop, ended) => {
      const end = (exitCode: number): void => void stop().then(() => process.exit(exitCode))
      process.once('SIGINT', () => end(0)).once('SIGTERM', () => end(0))
      void ended.then(end)
    },
  )
  if (code !== null) process.exitCode = code
}
