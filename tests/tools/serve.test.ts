import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request, type IncomingHttpHeaders, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chooseEncoding, listen, servePage } from '../../src/tools/serve'

const root = mkdtempSync(join(tmpdir(), 'serve-'))
const script = 'export const answer = 42\n'.repeat(200)
const immutable = 'public, max-age=31536000, immutable'
let server: Server
let address: string

beforeAll(async () => {
  mkdirSync(join(root, 'page/assets'), { recursive: true })
  writeFileSync(join(root, 'secret.txt'), 'secret')
  const files = {
    'index.html': '<!doctype html>',
    'sw.js': script,
    'robots.txt': 'User-agent: *\nAllow: /\n',
    'icon.png': 'png',
    'manifest.webmanifest': '{}',
    'assets/index-CIOwF8Rg.js': script,
    'assets/lua-a_b-c_d1.wasm': 'wasm',
    'assets/plain.css': 'body{}',
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, 'page', name), content)
  server = servePage(join(root, 'page'))
  address = await listen(server, 0)
})

afterAll(() => {
  server.close()
  server.closeAllConnections()
  rmSync(root, { recursive: true })
})

interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Sends a path as it is: `fetch` would resolve `..` itself. */
function get(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(`${address}`, { path, headers, method }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }),
      )
    })
      .on('error', reject)
      .end()
  })
}

test('a script is served as brotli, gzip or plain, as the client allows', async () => {
  const path = '/assets/index-CIOwF8Rg.js'
  const brotli = await get(path, { 'Accept-Encoding': 'gzip, deflate, br' })
  expect(brotli.headers['content-encoding']).toBe('br')
  expect(brotliDecompressSync(brotli.body).toString()).toBe(script)
  const zipped = await get(path, { 'Accept-Encoding': 'gzip' })
  expect(zipped.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(zipped.body).toString()).toBe(script)
  const plain = await get(path)
  expect(plain.headers['content-encoding']).toBeUndefined()
  expect(plain.body.toString()).toBe(script)
  for (const { headers, body } of [brotli, zipped, plain]) {
    expect(headers).toMatchObject({ vary: 'Accept-Encoding', 'content-length': String(body.length) })
    expect(headers['x-content-type-options']).toBe('nosniff')
  }
  expect(brotli.body.length).toBeLessThan(script.length / 10)
  expect(new Set([brotli, zipped, plain].map(({ headers }) => headers.etag)).size).toBe(3)
})

test.each([
  ['', null],
  ['identity', null],
  ['gzip;q=1.0, br;q=0', 'gzip'],
  ['br; q=0.5, gzip', 'br'],
  ['BR', 'br'],
  ['*', 'br'],
  ['*, br;q=0', 'gzip'],
  ['deflate, *;q=0', null],
])('Accept-Encoding %j chooses %j', (header, encoding) => {
  expect(chooseEncoding(header)).toBe(encoding)
})

test.each([
  ['/', 'text/html; charset=utf-8', 'no-cache'],
  ['/index.html', 'text/html; charset=utf-8', 'no-cache'],
  ['/?user=x', 'text/html; charset=utf-8', 'no-cache'],
  ['/sw.js', 'text/javascript; charset=utf-8', 'no-cache'],
  ['/robots.txt', 'text/plain; charset=utf-8', 'no-cache'],
  ['/icon.png', 'image/png', 'no-cache'],
  ['/manifest.webmanifest', 'application/manifest+json', 'no-cache'],
  ['/assets/plain.css', 'text/css; charset=utf-8', 'no-cache'],
  ['/assets/index-CIOwF8Rg.js', 'text/javascript; charset=utf-8', immutable],
  ['/assets/lua-a_b-c_d1.wasm', 'application/wasm', immutable],
])('%s has the type %s and the caching %s', async (path, type, caching) => {
  const { status, headers } = await get(path)
  expect(status).toBe(200)
  expect(headers).toMatchObject({ 'content-type': type, 'cache-control': caching })
})

test('a client that has the file gets 304 without a body', async () => {
  const headers = { 'Accept-Encoding': 'br' }
  const first = await get('/sw.js', headers)
  const tag = first.headers.etag ?? ''
  expect(tag).toMatch(/^"[\w-]+"$/)
  for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
    const again = await get('/sw.js', { ...headers, 'If-None-Match': known })
    expect(again.status).toBe(304)
    expect(again.body.length).toBe(0)
    expect(again.headers).toMatchObject({ etag: tag, 'cache-control': 'no-cache' })
  }
  expect((await get('/sw.js', { ...headers, 'If-None-Match': '"other"' })).status).toBe(200)
})

test.each([
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/..%5csecret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '//secret.txt',
  '/./../secret.txt',
  '/secret.txt%00.html',
  '/assets/',
  '/assets',
  '/__proto__',
  '/missing',
])('%s is not found, and nothing outside the folder is served', async (path) => {
  const { status, body } = await get(path)
  expect(status).toBe(404)
  expect(body.toString()).toBe('Not found\n')
})

test('a malformed address and a method that writes are rejected; HEAD has no body', async () => {
  expect((await get('/%zz')).status).toBe(400)
  const post = await get('/', {}, 'POST')
  expect(post).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
  const head = await get('/index.html', {}, 'HEAD')
  expect(head).toMatchObject({ status: 200, headers: { 'content-length': '15' } })
  expect(head.body.length).toBe(0)
})

test('a port that is taken is skipped', async () => {
  const other = servePage(join(root, 'page'))
  const taken = Number(new URL(address).port)
  const second = await listen(other, taken)
  other.close()
  expect(Number(new URL(second).port)).toBeGreaterThan(taken)
})
