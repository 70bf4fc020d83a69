/**
 * Builds the playground, serves it on localhost, prints the address, and opens it on a desktop. `npm start [-- --port
 * N]`
 */
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findProgram } from './browser'
import { listen, servePage } from './serve'

const { values } = parseArgs({ options: { port: { type: 'string' } } })
const port = Number(values.port ?? 4173)
if (!Number.isInteger(port) || port < 1 || port > 65535) {
  console.error(`start: ${values.port} is not a port. Give a number from 1 to 65535.`)
  process.exit(2)
}

// In a process of its own: the memory that a build takes would stay with the server.
const vite = join('node_modules', 'vite', 'bin', 'vite.js')
const { status } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], { stdio: 'inherit' })
if (status !== 0) process.exit(1)
const address = await listen(servePage('dist/page'), port)
console.log(`ACL Playground is ready: ${address}\nPress Ctrl+C to stop.`)

const opener = process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open'
const hasDesktop =
  process.platform === 'darwin' ||
  process.platform === 'win32' ||
  process.env.DISPLAY !== undefined ||
  process.env.WAYLAND_DISPLAY !== undefined
if (hasDesktop && (process.platform === 'win32' || findProgram(opener) !== null)) {
  spawn(opener, [address], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref()
}
