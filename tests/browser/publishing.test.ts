import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { targetInfos } from '../../src/targets/infos'
import { type Site, act, folder, openOwnSite, openSite, run, transcript } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

test('the policy of the built page allows the styles and the script of its head, and no others that are inline', () => {
  const html = readFileSync(join(folder, 'index.html'), 'utf8')
  const policy = /Content-Security-Policy"\s+content="([^"]*)"/.exec(html)?.[1]
  const hash = (element: RegExp): string => {
    const [found, ...more] = [...html.matchAll(element)].map(([, text = '']) => text)
    expect(more).toEqual([])
    return `'sha256-${createHash('sha256')
      .update(found ?? '')
      .digest('base64')}'`
  }
  const script = hash(/<script>([^]*?)<\/script>/g)
  const styles = hash(/<style>([^]*?)<\/style>/g)
  expect(policy).toContain(
    `script-src 'self' ${script} 'wasm-unsafe-eval'; style-src 'self' ${styles}; style-src-attr 'unsafe-inline';`,
  )
})

test('no file is published twice: page and workers load the same command tables', () => {
  const assets = readdirSync(join(folder, 'assets'))
  const contents = new Map(assets.map((name) => [readFileSync(join(folder, 'assets', name), 'latin1'), name]))
  expect(assets.filter((name) => !new Set(contents.values()).has(name))).toEqual([])
  const tables = assets.filter((name) => /^(?:redis|valkey)-[\d.]+-[\w-]+\.js$/.test(name))
  expect(tables.length).toBe(targetInfos.length)
})

test('a style element is not applied and counts as a violation, and the editors have their styles all the same', async () => {
  const { page, problems } = await site.open()
  const editor = page.locator('.cm-editor').first()
  await expect.poll(() => editor.evaluate((node) => getComputedStyle(node).display)).toBe('flex')
  await expect.poll(() => page.evaluate(() => document.adoptedStyleSheets.length)).toBe(1)
  await expect.poll(() => page.locator('style').count()).toBe(1)
  expect(problems).toEqual([])
  await page.evaluate(() => {
    const style = document.createElement('style')
    style.textContent = '.cm-editor { display: none }'
    document.head.append(style)
  })
  await expect.poll(() => problems.join('\n')).toContain('violates the policy: style-src-elem inline')
  await expect.poll(() => editor.isVisible()).toBe(true)
})

test('the shortcuts link the license and the notices of the bundled packages', async () => {
  const { page, context, problems } = await site.open()
  await act(page, 'Keyboard shortcuts')
  for (const [name, text] of [
    ['License', 'MIT License'],
    ['Licenses of the packages used', '## bits-ui - '],
  ] as const) {
    const opened = context.waitForEvent('page')
    await page.getByRole('dialog').getByRole('link', { name, exact: true }).click()
    const file = await opened
    await file.waitForLoadState()
    expect(await file.evaluate(() => document.body.innerText)).toContain(text)
    await file.close()
  }
  expect(problems).toEqual([])
})

test('nothing is published that only the build needs', () => {
  expect(existsSync(join(folder, 'chunks.json'))).toBe(false)
})

test('the page works at any path: it loads nothing from outside of its folder', async () => {
  const below = await openOwnSite('/a/b/')
  try {
    const { page, problems } = await below.open()
    expect(below.url).toMatch(/\/a\/b\/$/)
    await run(page, 'PING')
    await expect.poll(async () => (await transcript(page)).at(-1)).toContain('PONG')
    // A view that is loaded when it is first shown.
    await page.getByRole('tab', { name: 'Permissions' }).click()
    await page.getByRole('grid').waitFor()
    expect(problems).toEqual([])
  } finally {
    await below.close()
  }
})
