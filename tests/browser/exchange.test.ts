import { beforeAll, expect, test } from 'vitest'
import type { Download, Page } from 'playwright-core'
import { type Site, diagnostics, openSite, resultCounts, run, savedFile, transcript } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

async function open(page: Page) {
  await page.getByRole('button', { name: 'Import / Export' }).click()
  return page.getByRole('dialog', { name: 'Import and export' })
}

/** Drops a file somewhere on the page, as the mouse would. */
async function drop(page: Page, selector: string, name: string, text: string): Promise<void> {
  const data = await page.evaluateHandle(
    ([fileName, content]) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([content ?? ''], fileName ?? ''))
      return transfer
    },
    [name, text],
  )
  // A browser repeats this while the mouse stays.
  await expect
    .poll(async () => {
      await page.dispatchEvent(selector, 'dragover', { dataTransfer: data })
      return page.getByText('Drop it to import it.').isVisible()
    })
    .toBe(true)
  await page.dispatchEvent(selector, 'drop', { dataTransfer: data })
  await page.getByText('Drop it to import it.').waitFor({ state: 'detached' })
}

test('what ACL GETUSER and ACL LIST print is recognised, shown, and taken', async () => {
  const { page, problems } = await site.open()
  // Users join a file that somebody edited; an untouched example is replaced.
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.press('Enter')
  const dialog = await open(page)
  await dialog
    .getByLabel('Text to import')
    .fill('1) "user default off"\n2) "user app on nopass ~new:* +@all"\n3) "user extra on nopass ~* +get"')
  await dialog.getByRole('heading', { name: '3 users, read from users.acl or ACL LIST' }).waitFor()
  await expect
    .poll(() => dialog.getByRole('region', { name: 'Preview of users.acl' }).innerText())
    .toContain('user app on nopass ~new:* +@all')
  await dialog.getByText('default, app are in users.acl already, and take these rules.').waitFor()
  expect(await diagnostics(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Import', exact: true }).click()
  await page.getByText('Imported 3 users.').waitFor()
  const acl = await savedFile(page, 'acl')
  expect(acl.split('\n').map((line) => line.split(' ')[1])).toEqual([
    'default',
    'admin',
    'app',
    'monitor',
    'worker',
    'extra',
    undefined,
  ])
  expect(acl).toContain('user app on nopass ~new:* +@all\n')
  await page.getByText('was allowed, now denied').first().waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => savedFile(page, 'acl')).toContain('user app on #')
  // A second press would undo what was done since.
  await page.getByText('Imported 3 users.').waitFor({ state: 'detached' })
  expect(problems).toEqual([])
})

test('a file that is dropped anywhere is offered; a configuration comes along when asked', async () => {
  const { page } = await site.open()
  await drop(
    page,
    '.cm-content[aria-label="users.acl"]',
    'redis.conf',
    'maxclients 77\nuser only on nopass ~* &* +@all\n',
  )
  const dialog = page.getByRole('dialog', { name: 'Import and export' })
  await dialog.getByRole('heading', { name: '1 user, read from redis.conf' }).waitFor()
  await dialog.getByLabel('Open as a new workspace').check()
  await dialog.getByLabel(/Import its redis.conf too/).check()
  await dialog.getByRole('button', { name: 'Import', exact: true }).click()
  await page.getByText('Imported 1 user as a new workspace.').waitFor()
  await expect.poll(() => savedFile(page, 'acl')).toBe('user only on nopass ~* &* +@all\n')
  await expect.poll(() => savedFile(page, 'conf')).toMatch(/maxclients 77\n+aclfile users\.acl\n/)
  await expect.poll(() => page.getByRole('status').innerText()).toContain('Memory and file agree.')
})

test('expectations come from a file; nonsense is refused with what to do', async () => {
  const { page } = await site.open()
  const dialog = await open(page)
  await dialog.getByLabel('Text to import').fill('never gonna give you up')
  await dialog.getByText(/This looks like nothing that can be read here/).waitFor()
  await dialog
    .locator('input[type=file]')
    .setInputFiles({ name: 'dump.rdb', mimeType: 'application/octet-stream', buffer: Buffer.from([82, 69, 0, 255]) })
  await dialog.getByText('dump.rdb is no text: nothing was taken from it.').waitFor()
  await dialog
    .locator('input[type=file]')
    .setInputFiles({ name: 'empty.acl', mimeType: 'text/plain', buffer: Buffer.from('\n') })
  await dialog.getByText('empty.acl is empty.').waitFor()
  await expect.poll(() => dialog.getByText(/This looks like nothing/).count()).toBe(0)
  await dialog
    .locator('input[type=file]')
    .setInputFiles({ name: 'users.expect', mimeType: 'text/plain', buffer: Buffer.from('app can GET app:1\n') })
  await dialog.getByRole('button', { name: 'Import', exact: true }).click()
  await expect.poll(() => savedFile(page, 'expect')).toBe('app can GET app:1\n')
  await expect.poll(() => resultCounts(page)).toEqual([expect.stringContaining('1')])
})

/** The text of a download. */
async function contentOf(file: Download): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of await file.createReadStream()) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString('utf8')
}

test('every export is shown before it is copied or downloaded', async () => {
  const { page, problems } = await site.open({ permissions: ['clipboard-read', 'clipboard-write'] })
  const dialog = await open(page)
  await dialog.getByRole('tab', { name: 'Export' }).click()
  const preview = dialog.getByRole('region', { name: 'Preview of the export' })
  await preview.getByText('~app:*').waitFor()
  for (const [label, words] of [
    ['ACL SETUSER commands', 'reset'],
    ['Kubernetes Secret', 'kind: Secret'],
    ['Terraform', 'aws_elasticache_user'],
    ['Script for every node', '#!/'],
  ] as const) {
    await dialog.getByLabel(label, { exact: true }).check()
    await expect.poll(() => preview.innerText()).toContain(words)
  }
  expect(await diagnostics(page)).toEqual([])
  await dialog.getByLabel('redis.conf', { exact: true }).check()
  await expect.poll(() => preview.innerText()).toContain('user app on')
  await dialog.getByRole('button', { name: 'Copy', exact: true }).click()
  await dialog.getByRole('button', { name: 'Copied' }).waitFor()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('user worker on')
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'users.conf' }).click(),
  ])
  expect(await contentOf(file)).toContain('user worker on')
  expect(problems).toEqual([])
})

test('a playground goes into a file and comes back whole, without passwords', async () => {
  const { page } = await site.open()
  await run(page, 'SET app:kept yes')
  await page.getByRole('tab', { name: /Expectations/ }).click()
  await page.locator('.cm-content[aria-label="users.expect"]').focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText('app can GET app:1\n')
  await page.getByRole('tab', { name: 'users.acl' }).click()
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('user new on >correct-horse')
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download as a file' }).click(),
  ])
  expect(file.suggestedFilename()).toBe('acl-playground.json')
  const text = await contentOf(file)
  expect(text).not.toContain('correct-horse')
  const other = await site.open()
  const dialog = await open(other.page)
  await dialog
    .locator('input[type=file]')
    .setInputFiles({ name: 'acl-playground.json', mimeType: 'application/json', buffer: Buffer.from(text) })
  await dialog.getByRole('button', { name: 'Open', exact: true }).click()
  await expect.poll(() => transcript(other.page)).toEqual(await transcript(page))
  await expect.poll(() => savedFile(other.page, 'expect')).toBe('app can GET app:1\n')
})

test('a link that is long says so, and offers the file', async () => {
  const { page } = await site.open()
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+End')
  const lines = Array.from(
    { length: 60 },
    (_, i) =>
      `user u${i} on #${Array.from({ length: 64 }, (_, k) => ((i * 7919 + k * 104729) % 16).toString(16)).join('')} ~k${(i * 48271) % 9973}:* +@all -${i % 2 ? 'get' : 'set'}`,
  )
  const noise = Array.from({ length: 400 }, (_, i) => ((i * i * 48271) % 99991).toString(36)).join('')
  await page.keyboard.insertText(`${lines.join('\n')}\nuser noise on ~${noise}`)
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await page.getByText(/characters: more than the 2,000/).waitFor()
  await page.getByRole('button', { name: 'Download as a file' }).waitFor()
})
