import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { type Site, openSite, pasteAcl, run, transcript } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

/** An engine that begins with the first question and never ends. */
const endless = `onmessage = ({ data }) => {
  if (!('id' in data)) return
  postMessage({ id: data.id, kind: 'turn', at: '' })
  for (;;);
}`

/** Has the first engine of the page never end; later ones are real. */
async function withEndlessEngine(page: Page): Promise<void> {
  let isFirst = true
  await page.route(/engine\.worker/, (route) => {
    if (!isFirst) return route.continue()
    isFirst = false
    return route.fulfill({ contentType: 'text/javascript', body: endless })
  })
}

test('an engine without an end is named and can be stopped, and the next edit has a new one', async () => {
  const { page, problems } = await site.open({}, '', withEndlessEngine)
  await page.getByText('Still working on the diagnostics of the files.').waitFor()
  await run(page, 'PING')
  expect((await transcript(page)).join('\n')).toContain('PONG')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await page.getByText('Stopped working on the diagnostics of the files.', { exact: true }).waitFor()
  await page.getByTitle('The files were not checked: the check was stopped.').first().waitFor()
  await pasteAcl(page, 'user app on nopass ~app:* ~app:1 +get\n')
  await page.locator('.cm-lintRange').first().waitFor()
  await page.locator('.unchecked').waitFor({ state: 'detached' })
  expect(problems).toEqual([])
})

test('an engine without an end is ended after eight seconds, with the reason', async () => {
  const { page } = await site.open({}, '', withEndlessEngine)
  await page
    .getByText('Stopped working on the diagnostics of the files: there was no answer for 8 seconds.')
    .waitFor({ timeout: 30_000 })
  await page.getByText('Still working').waitFor({ state: 'detached' })
})

test('a page that may not start workers answers itself', async () => {
  const { page } = await site.open({}, '', async (page) => {
    await page.addInitScript(() => {
      Reflect.set(
        window,
        'Worker',
        class {
          constructor() {
            throw new DOMException('Workers need an origin.', 'SecurityError')
          }
        },
      )
    })
  })
  await pasteAcl(page, 'user app on nopass ~app:* ~app:1 +get\n')
  await page.locator('.cm-lintRange').first().waitFor()
})
