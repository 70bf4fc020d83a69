#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { runProgram } from './program'

/** A reader that has seen enough (`| head`) is no error. */
process.stdout.on('error', (reason: NodeJS.ErrnoException) => {
  if (reason.code === 'EPIPE') process.exit(0)
  throw reason
})

/** https://no-color.org; FORCE_COLOR is what continuous integration sets where its log shows colours. */
function isColored(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR: no = '', FORCE_COLOR: force = '0', TERM: terminal } = process.env
  return no === '' && (force !== '0' || (stream.isTTY && terminal !== 'dumb'))
}

const code = await runProgram(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  stdin: () => readFileSync(0),
  color: isColored(process.stdout),
  errColor: isColored(process.stderr),
}, (stop, ended) => {
  const end = (exitCode: number): void => void stop().then(() => process.exit(exitCode))
  process.once('SIGINT', () => end(0)).once('SIGTERM', () => end(0))
  void ended.then(end)
})
if (code !== null) process.exitCode = code
