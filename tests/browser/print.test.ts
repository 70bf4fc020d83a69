import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { hashPassword } from '../../src/acl/password'
import { blankState } from '../../src/workspace/state'
import { encodeLink } from '../../src/workspace/codec'
import { act, openSite, pasteAcl, run, settled, type Site } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

const acl =
  'user default on >first-secret ~* &* +@all\nuser app on >second-secret ~app:* +@read\nuser wrong on > third-secret\n'

/** Prints what is open, and returns all that is on paper: texts, and the values of fields. */
async function printed(page: Page): Promise<string> {
  await page.emulateMedia({ media: 'print' })
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')))
  const text = await page.evaluate(() => {
    const fields = [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')]
    return [
      document.body.innerText,
      ...fields.filter((field) => field.checkVisibility()).map(({ value }) => value),
    ].join('\n')
  })
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))
  await page.emulateMedia({ media: null })
  return text
}

async function openSecrets(page: Page): Promise<void> {
  const made = await encodeLink(
    {
      ...blankState('redis-8.0'),
      files: {
        acl: 'user default on nopass ~* &* +@all\n',
        conf: 'aclfile users.acl\nrequirepass fourth-secret\n',
        expect: 'app can AUTH app fifth-secret\n',
      },
      entries: [
        { on: 0, line: 'ACL SETUSER app on >sixth-secret' },
        { on: 0, line: 'AUTH app sixth-secret' },
      ],
    },
    { keepPasswords: true },
  )
  if (!made.ok) throw new Error(made.message)
  await page.goto(`${site.url}${made.fragment}`)
  await settled(page)
  await page.getByRole('group', { name: /^AUTH/ }).first().waitFor()
}

test('printing users.acl shows hashes in place of passwords', async () => {
  const { page } = await site.open({ viewport: { width: 1440, height: 900 } }, '#new')
  await pasteAcl(page, acl)
  await expect.poll(() => printed(page)).toContain('user default on #')
  const text = await printed(page)
  expect(text).toContain(`user app on #${hashPassword('second-secret')} ~app:* +@read`)
  expect(text).toContain('Passwords are printed as their hashes.')
  expect(text).not.toMatch(/\w+-secret/)
})

test('no password is printed from the console, redis.conf, the expectations, a form or a dialog', async () => {
  const { page, context } = await site.openEmpty()
  void context
  await openSecrets(page)
  await run(page, 'AUTH app seventh-secret')
  const seen = new Map<string, string>()
  await expect.poll(() => printed(page)).toContain('user default on nopass')
  for (const name of ['redis.conf', 'Expectations', 'users.acl']) {
    await page.getByRole('tab', { name }).first().click()
    seen.set(name, await printed(page))
  }
  for (const action of [
    'Security checklist',
    'Generate a password',
    'Compare versions of users.acl',
    'Compare memory and file',
    'Replay what an application ran',
    'Why was this refused?',
    'Import and export',
    'All diagnostics',
    'Cheat sheet',
    'Share',
    'Workspaces',
  ]) {
    await act(page, action)
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    for (const field of await dialog.locator('textarea:visible').all()) await field.fill('AUTH app eighth-secret')
    seen.set(action, await printed(page))
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  }
  expect([...seen].filter(([, text]) => /\w+-secret/.test(text)).map(([name]) => name)).toEqual([])
  expect([...seen].filter(([, text]) => text.trim() === '').map(([name]) => name)).toEqual([])
})

test('on a phone, no password is printed before the editors are there', async () => {
  const { page } = await site.openEmpty()
  await page.setViewportSize({ width: 390, height: 844 })
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route(/FileEditors-[^/]*\.js$/, async (route) => {
    await held
    await route.continue()
  })
  await page.goto(site.url)
  await page.locator('.still').waitFor({ state: 'attached' })
  expect(await printed(page)).not.toContain('BullMQ-2023!')
  release()
  await expect.poll(() => printed(page)).toMatch(/user \S+ on #/)
  expect(await printed(page)).not.toContain('BullMQ-2023!')
})

test('a dialog that holds no secrets is printed in place of users.acl', async () => {
  const { page } = await site.open({ viewport: { width: 1440, height: 900 } }, '#new')
  await act(page, 'Cheat sheet')
  await page.getByRole('dialog', { name: 'Cheat sheet' }).waitFor()
  const text = await printed(page)
  expect(text).toContain('All rules of users.acl and ACL SETUSER')
  expect(text).not.toContain('Permissions\n')
})
