import { createServer } from 'node:net'

/** Returns a TCP port of loopback that nobody listens on at the moment. Rejects where the system has none. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((done, fail) => probe.once('error', fail).listen(0, '127.0.0.1', done))
  const address = probe.address()
  await new Promise((done) => probe.close(done))
  if (address === null || typeof address === 'string') throw new Error('The system has no free port.')
  return address.port
}
