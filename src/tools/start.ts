/**
 * Builds the playground, serves it on localhost, prints the address, and opens it on a desktop. `npm start [-- --port
 * N]`
 */
import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { build } from 'vite'
import { findProgram } from './browser'
import { listen, servePage } from './serve'

const { values } = parseArgs({ options: { port: { type: 'string' } } })
const port = Number(values.port ?? 4173)
if (!Number.isInteger(port) || port < 1 || port > 65535) {
  console.error(`start: ${values.port} is not a port. Give a number from 1 to 65535.`)
  process.exit(2)
}

await build({ logLevel: 'warn' })
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
