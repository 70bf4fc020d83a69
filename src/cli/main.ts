#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { runProgram } from './program'

/** A reader that has seen enough (`| head`) is no error. */
process.stdout.on('error', (reason: NodeJS.ErrnoException) => {
  if (reason.code === 'EPIPE') process.exit(0)
  throw reason
})

const { env } = process
// https://no-color.org; FORCE_COLOR is what continuous integration sets where its log shows colours.
const color = (env['NO_COLOR'] ?? '') === '' && ((env['FORCE_COLOR'] ?? '0') !== '0' || (process.stdout.isTTY && env['TERM'] !== 'dumb'))

const code = await runProgram(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  stdin: () => readFileSync(0),
  color,
  env,
}, (stop, ended) => {
  const end = (exitCode: number): void => void stop().then(() => process.exit(exitCode))
  process.once('SIGINT', () => end(0)).once('SIGTERM', () => end(0))
  void ended.then(end)
})
if (code !== null) process.exitCode = code
