import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type OwnSite, folder, openOwnSite, run, settled, transcript } from './harness'

let site: OwnSite
beforeEach(async () => {
  site = await openOwnSite()
})
afterEach(() => site.close())

const kept = (page: Page): Promise<string[]> =>
  page.evaluate(async () => (await (await caches.open('acl-playground')).keys()).map(({ url }) => url))

/** Waits until everything is kept: the page comes last. */
async function filled(page: Page): Promise<void> {
  await expect.poll(() => kept(page), { timeout: 30_000 }).toContain(site.url)
}

test('after one visit everything works without a network, scripts and other servers’ tables too', async () => {
  const { page, problems, context } = await site.open({ serviceWorkers: 'allow' })
  await filled(page)
  await site.goOffline()
  await page.reload()
  await settled(page)
  await run(page, 'SET app:offline yes')
  await page.getByRole('button', { name: 'New connection' }).click()
  await page.getByLabel('Log in as').selectOption('admin')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await run(page, 'EVAL "return redis.call(\'GET\', KEYS[1])" 1 app:offline')
  await expect.poll(async () => (await transcript(page)).at(-1)).toContain('"yes"')
  await page.getByTitle('Server version').click()
  await page.getByRole('menuitemradio', { name: /Valkey 9.1/ }).click()
  await page.getByTitle('Server version').getByText('Valkey 9.1').waitFor()
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await expect.poll(() => page.getByLabel('Link', { exact: true }).inputValue()).toContain('#v1.')
  const link = await page.getByLabel('Link', { exact: true }).inputValue()
  const other = await context.newPage()
  await other.goto(link)
  await settled(other)
  expect(problems).toEqual([])
})

test('what is kept is what the build made, and no more', async () => {
  const { page } = await site.open({ serviceWorkers: 'allow' })
  await page.evaluate(
    async (url) => (await caches.open('acl-playground')).put(`${url}assets/of-an-older-build.js`, new Response('')),
    site.url,
  )
  await page.reload()
  await settled(page)
  await filled(page)
  const built = readdirSync(join(folder, 'assets')).map((file) => `assets/${file}`)
  const plain = ['icon.svg', 'icon-192.png', 'icon-512.png', 'icon-maskable.png', 'manifest.webmanifest']
  await expect
    .poll(async () => (await kept(page)).sort())
    .toEqual([...built, ...plain, ''].map((path) => site.url + path).sort())
})

test('the manifest makes the page installable, and its icons are there', () => {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.webmanifest'), 'utf8')) as {
    start_url: string
    display: string
    icons: { src: string; sizes: string }[]
  }
  expect(manifest).toMatchObject({ start_url: './', display: 'standalone' })
  expect(manifest.icons.map(({ sizes }) => sizes)).toEqual(expect.arrayContaining(['192x192', '512x512']))
  for (const { src, sizes } of manifest.icons.filter(({ src }) => src.endsWith('.png'))) {
    const png = readFileSync(join(folder, src))
    expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`).toBe(sizes)
  }
})
