import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Site, diagnostics, openSite, run, settled, transcript } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site.close())

test('embedded in another page it works, keeps nothing, and opens in the playground as it stands', async () => {
  const source = await site.open()
  await run(source.page, 'SET app:embedded yes')
  await source.page.getByRole('button', { name: 'Share', exact: true }).click()
  await source.page.getByRole('button', { name: 'Embed in a page' }).click()
  const html = await source.page.getByRole('region', { name: 'HTML for documentation' }).innerText()
  const address = /src="([^"]+)"/.exec(html)?.[1] ?? ''
  expect(address).toContain('/?embed#v1.')

  const { page, problems } = await site.open(
    { viewport: { width: 900, height: 480 } },
    address.slice(address.indexOf('?')),
  )
  expect(await transcript(page)).toEqual(await transcript(source.page))
  expect(await page.getByRole('button', { name: 'Share' }).count()).toBe(0)
  expect(await diagnostics(page)).toEqual([])
  await run(page, 'GET app:embedded')
  await page.waitForTimeout(600)
  expect(await page.evaluate(() => localStorage.getItem('acl-playground.workspace'))).toBeNull()
  const [opened] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: 'Open in playground' }).click(),
  ])
  await settled(opened)
  await expect.poll(async () => (await transcript(opened)).at(-1)).toContain('GET app:embedded / "yes"')
  await opened.getByRole('button', { name: 'Share', exact: true }).waitFor()
  await page.reload()
  await settled(page)
  await expect.poll(() => transcript(page)).toEqual(await transcript(source.page))
  expect([...problems, ...source.problems]).toEqual([])
})
