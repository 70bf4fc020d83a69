#!/usr/bin/env node
import { unsupported } from './node-version'

const problem = unsupported(process.versions.node)
if (problem === null) void import('./run').then(({ run }) => run())
else {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 2
}
