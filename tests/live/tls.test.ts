import { spawn } from 'node:child_process'
import { connect, type ConnectionOptions } from 'node:tls'
import { afterAll, describe, expect, test } from 'vitest'
import { serve } from '../../src/cli/serve'
import type { TargetId } from '../../src/targets/target'
import { Authority, encryptedKey } from '../cli/certificates'
import { freePort } from '../../src/library/free-port'
import { installedOracles, LiveServer } from './oracle'
import { WireClient } from './wire'

const authority = new Authority()
const server = authority.issue({ name: 'server' })
const bob = authority.issue({ name: 'bob' })
const stranger = new Authority().issue({ name: 'bob' })
const { folder } = authority
const damaged = (name: string, text: string): string => authority.write(name, text)
const garbage = damaged('garbage', 'garbage\n')
const empty = damaged('empty', '')
const cut = damaged('cut', server.cert.slice(0, 300))
const digit = damaged('digit', server.cert.replace(/\n(.)/, '\n!'))
const noTag = damaged('tag', server.cert.replace(/\nM/, '\nN'))
const chain = damaged('chain', server.cert + authority.cert)
const badChain = damaged('bad-chain', `${server.cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`)
const encrypted = damaged('encrypted.key', encryptedKey(server.key, '1234'))
const none = `${folder}/none`

/** Directives besides a working certificate and key, with which a server may not start. */
const starts: readonly (readonly (readonly [string, string])[])[] = [
  ...[none, folder, garbage, empty, cut, digit, noTag, badChain, server.keyFile].map((file) => [
    ['tls-cert-file', file] as const,
  ]),
  ...[none, folder, garbage, empty, server.certFile, bob.keyFile, encrypted].map((file) => [
    ['tls-key-file', file] as const,
  ]),
  [
    ['tls-key-file', encrypted],
    ['tls-key-file-pass', 'wrong'],
  ],
  ...[none, folder, garbage, empty, cut, digit, noTag, badChain, server.keyFile, ''].map((file) => [
    ['tls-ca-cert-file', file] as const,
    ['tls-auth-clients', 'yes'] as const,
  ]),
  ...['TLSv9', 'TLSv1.2  TLSv1.3', ' TLSv1.3'].map((value) => [['tls-protocols', value] as const]),
  ...['nonsense', 'TLS_AES_128_GCM_SHA256'].map((value) => [['tls-ciphers', value] as const]),
  ...['nonsense', 'AES128-SHA256', 'TLS_NONSENSE'].map((value) => [['tls-ciphersuites', value] as const]),
  ...[none, garbage].map((file) => [['tls-dh-params-file', file] as const]),
  [
    ['tls-client-cert-file', none],
    ['tls-client-key-file', none],
  ],
]

type Directives = Readonly<Record<string, string>>

const working: Directives = {
  'tls-cert-file': server.certFile,
  'tls-key-file': server.keyFile,
  'tls-ca-cert-file': authority.certFile,
  'tls-auth-clients': 'no',
}

/** What a server that does not start prints, without the time and process before each line. */
function realRefusal(program: string, directives: Directives): Promise<string> {
  const options = Object.entries(directives).flatMap(([name, value]) => [`--${name}`, value])
  return new Promise((done) => {
    const child = spawn(program, ['--save', '', ...options], { cwd: folder })
    let out = ''
    child.stdout.on('data', (data) => {
      out += String(data)
      if (out.includes('Ready to accept')) child.kill('SIGKILL')
    })
    child.on('close', () =>
      done(
        out
          .split('\n')
          .filter((line) => /^\d+:M .* # /.test(line) && !/overcommit|Failed to write PID/.test(line))
          .map((line) => line.replace(/^.*? # /, ''))
          .join('\n'),
      ),
    )
  })
}

const extraConf = (directives: Directives): string =>
  Object.entries(directives)
    .map(([name, value]) => `${name} "${value}"\n`)
    .join('')

async function simulated(target: TargetId, directives: Directives): Promise<Awaited<ReturnType<typeof serve>>> {
  return serve({ target, modules: false, confPath: null, extraConf: extraConf(directives), log: () => undefined })
}

async function simulatedRefusal(target: TargetId, directives: Directives): Promise<string> {
  try {
    await (await simulated(target, directives)).stop()
    return ''
  } catch (reason) {
    return (reason as Error).message
  }
}

/** Sends PING by TLS, and returns the answer or `closed`. */
function ping(port: number, options: ConnectionOptions): Promise<string> {
  return new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1', ca: authority.cert, ...options })
    socket.on('error', () => undefined)
    socket.on('close', () => done('closed'))
    socket.on('data', (data) => {
      done(`${socket.getProtocol() ?? ''} ${socket.getCipher().name} ${String(data)}`)
      socket.destroy()
    })
    socket.write('PING\r\n')
  })
}

const clients: readonly ConnectionOptions[] = [
  {},
  { cert: bob.cert, key: bob.key },
  { cert: stranger.cert, key: stranger.key },
  { maxVersion: 'TLSv1.2', ciphers: 'AES256-SHA256:AES128-SHA256' },
  { minVersion: 'TLSv1.3' },
]

/** The changes of a session; after each, all clients connect. */
function changes(tlsPort: number, other: number): string[] {
  return [
    `tls-port ${tlsPort}`,
    `tls-cert-file ${none}`,
    'tls-replication yes',
    `tls-cert-file ${server.certFile} tls-key-file ${server.keyFile} tls-ca-cert-file ${authority.certFile}`,
    `tls-port ${tlsPort}`,
    'tls-auth-clients optional',
    'tls-auth-clients no',
    `tls-cert-file ${none}`,
    `maxmemory 1mb tls-key-file ${bob.keyFile}`,
    `tls-cert-file ${bob.certFile} tls-key-file ${bob.keyFile}`,
    `tls-cert-file ${chain} tls-key-file ${server.keyFile}`,
    `tls-key-file ${encrypted}`,
    'tls-key-file-pass 1234',
    `tls-key-file ${encrypted}`,
    'tls-protocols TLSv1.2',
    'tls-ciphers AES128-SHA256:AES256-SHA256',
    'tls-prefer-server-ciphers yes',
    'tls-protocols bad maxmemory 2mb',
    'tls-protocols tlsv1.3',
    'tls-ciphersuites TLS_AES_128_GCM_SHA256',
    'tls-ciphersuites ""',
    'tls-protocols ""',
    'tls-session-caching no',
    `tls-port ${other}`,
    'tls-port 0',
    `tls-cert-file ${none}`,
    `tls-port ${tlsPort}`,
    'tls-session-cache-size 1',
    'tls-ca-cert-file ""',
    'tls-auth-clients yes',
    'tls-ca-cert-file ""',
  ]
}

async function session(port: number): Promise<unknown[]> {
  const [tlsPort, other] = [await freePort(), await freePort()]
  const admin = await WireClient.open(port)
  const seen: unknown[] = []
  for (const line of changes(tlsPort, other)) {
    const words = line.split(' ').map((word) => (word === '""' ? '' : word))
    const reply = await admin.send(['CONFIG', 'SET', ...words])
    const answers = await Promise.all([tlsPort, other].flatMap((one) => clients.map((options) => ping(one, options))))
    const values = []
    for (const name of ['tls-port', 'tls-cert-file', 'maxmemory'])
      values.push(await admin.send(['CONFIG', 'GET', name]))
    const text = JSON.stringify([line, reply, answers, values])
    seen.push(JSON.parse(text.replaceAll(String(tlsPort), 'PORT').replaceAll(String(other), 'OTHER')))
  }
  admin.close()
  return seen
}

const stops: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const stop of stops) await stop()
})

describe.each(installedOracles())('$program', ({ program, target }) => {
  test.each(starts)('a start with %j, %j', async (...directives) => {
    const all = { ...working, ...Object.fromEntries(directives), port: '0', 'tls-port': String(await freePort()) }
    expect(await simulatedRefusal(target, all)).toBe(await realRefusal(program, all))
  })

  test('CONFIG SET of files, ports, protocols and ciphers', { timeout: 300_000 }, async () => {
    const real = await LiveServer.start(program)
    const engine = await simulated(target, { port: String(await freePort()) })
    stops.push(
      () => real.stop(),
      () => engine.stop(),
    )
    const [wanted, got] = await Promise.all([session(real.port), session(engine.port ?? 0)])
    expect(got).toEqual(wanted)
  })
})
