import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { encodeLink } from '../../src/workspace/codec'
import { blankState } from '../../src/workspace/state'
import { act, diagnostics, openSite, pasteAcl, run, savedFile, type Site } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

const acl = `user default off
role reader ~app:* +@read
role writer ~app:* +@write -@dangerous
user alice on >secret ~own:* +get role=reader
`

/** Opens the page with a file on Valkey 9.2. */
async function openWith(file: string): Promise<{ page: Page; problems: string[] }> {
  const made = await encodeLink({ ...blankState('valkey-9.2'), files: { acl: file, conf: 'aclfile users.acl\n' } })
  if (!made.ok) throw new Error(made.message)
  return site.open({}, made.fragment)
}

const lineOf = async (page: Page, user: string): Promise<string | undefined> =>
  (await savedFile(page, 'acl')).split('\n').find((line) => line.startsWith(`user ${user} `))

test('a verdict says by which role a command is allowed, and leads to its line', async () => {
  const { page, problems } = await openWith(acl.replace('>secret', 'nopass'))
  await run(page, 'AUTH alice x')
  await run(page, 'GET app:1')
  await page.getByRole('button', { name: 'allowed' }).last().click()
  const heading = page.getByRole('region', { name: 'Reasons for GET app:1' }).getByRole('heading')
  await expect.poll(() => heading.innerText()).toMatch(/^Allowed by role reader, line 2: \+@read lets alice run GET/)
  await heading.getByRole('button', { name: 'line 2' }).click()
  await page.getByTitle('Line 2, column 1').waitFor()
  expect(await diagnostics(page)).toEqual([])
  expect(problems).toEqual([])
})

test('the form gives a user roles and takes them, and marks those that the file does not define', async () => {
  const { page, problems } = await openWith(acl)
  await page.getByRole('tab', { name: 'User', exact: true }).click()
  const form = page.getByRole('tabpanel', { name: 'User', exact: true })
  await form.getByLabel('User', { exact: true }).selectOption('alice')
  const roles = form.getByRole('group', { name: 'Roles' })
  await roles.getByLabel('Add a role').selectOption('writer')
  await expect.poll(() => lineOf(page, 'alice')).toMatch(/ ~own:\* \+get role=reader,writer$/)
  await roles.getByLabel('Add a role').waitFor({ state: 'detached' })
  await roles.getByRole('button', { name: 'Remove the role reader' }).click()
  await expect.poll(() => lineOf(page, 'alice')).toMatch(/ ~own:\* \+get role=writer$/)
  await pasteAcl(page, acl.replace('role=reader', 'role=reader,readers'))
  await expect.poll(() => roles.innerText()).toMatch(/readers\s*unknown/)
  // The role's own permissions are not among the user's.
  expect(await form.getByText('Selector 1').count()).toBe(0)
  expect(await diagnostics(page)).toEqual([])
  await roles.getByRole('button', { name: 'Remove the role readers' }).click()
  await expect.poll(() => lineOf(page, 'alice')).toMatch(/ ~own:\* \+get role=reader$/)
  expect(problems).toEqual([])
})

test('permissions are shown by role too, with who holds it and where its rules stand', async () => {
  const { page, problems } = await openWith(acl)
  await page.getByRole('tab', { name: 'Permissions' }).click()
  await page.getByLabel('Columns').selectOption('by role')
  await page.getByLabel('Filter commands').fill('set')
  const cell = (name: string) => page.getByRole('gridcell', { name, exact: true })
  await cell('reader: SET denied').waitFor()
  await cell('writer: SET allowed').click()
  const detail = page.getByRole('region', { name: 'Why' })
  await expect
    .poll(async () => (await detail.innerText()).replace(/\s+/g, ' '))
    .toMatch(/role writer SET .*\+@write ✓ on/)
  await page.getByRole('columnheader', { name: 'reader' }).click()
  await expect.poll(() => detail.innerText()).toContain('Who holds the role reader may read keys that start with app:')
  expect(await detail.innerText()).toContain('Held by alice.')
  expect(await diagnostics(page)).toEqual([])
  await page.getByLabel('Columns').selectOption('by user')
  await cell('alice: SET denied').waitFor()
  expect(problems).toEqual([])
})

const shared = '~app:orders:* +@read +@write -@dangerous -keys'
const plain = `user default off
user shop-1 on ${shared}
user shop-2 on ${shared} (~cart:* +set)
user job-1 on ${shared.replace('orders', 'jobs')}
user job-2 on ${shared.replace('orders', 'jobs')}
user job-3 on ${shared.replace('orders', 'jobs')}
`

test('roles are extracted with the names and the choice of the reader, and expanded again', async () => {
  const { page, problems } = await openWith(plain)
  const before = await savedFile(page, 'acl')
  const dialog = page.getByRole('dialog', { name: 'Roles in users.acl' })
  await act(page, 'Extract or expand roles')
  await dialog.getByText('2 roles; 5 lines shorter').waitFor()
  await dialog.getByText('proved equal').waitFor()
  await dialog.getByLabel('Keep shop').uncheck()
  await dialog.getByText('1 role; 3 lines shorter').waitFor()
  await dialog.getByLabel('Name of the role job').fill('a,b')
  await dialog.getByText("Role names can't contain commas.").waitFor()
  expect(await dialog.getByRole('button', { name: 'Use this role' }).isDisabled()).toBe(true)
  await dialog.getByLabel('Name of the role job').fill('worker')
  await expect
    .poll(() => dialog.getByRole('region', { name: 'The line of job-1' }).innerText())
    .toMatch(/After:\s+on role=worker/)
  expect(await diagnostics(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Use this role' }).click()
  await expect.poll(() => lineOf(page, 'job-3')).toBe('user job-3 on role=worker')
  expect(await lineOf(page, 'shop-1')).toBe(`user shop-1 on ${shared}`)

  await act(page, 'Extract or expand roles')
  await dialog.getByRole('tab', { name: 'Expand roles' }).click()
  await dialog.getByLabel('Server without roles').selectOption('Redis 7.2')
  await dialog.getByText('1 role replaced by rules of 3 users.').waitFor()
  expect(await diagnostics(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Use this file on Redis 7.2' }).click()
  await expect.poll(() => lineOf(page, 'job-3')).toBe(`user job-3 on ${shared.replace('orders', 'jobs')}`)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => lineOf(page, 'job-3')).toBe('user job-3 on role=worker')

  await pasteAcl(page, before)
  await act(page, 'Extract or expand roles')
  await dialog.getByRole('button', { name: 'Use these roles' }).click()
  await expect.poll(() => lineOf(page, 'shop-1')).toBe('user shop-1 on role=shop')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => savedFile(page, 'acl')).toBe(before)
  expect(problems).toEqual([])
})

test('where the same policy needs roles, the command line that shows it is named', async () => {
  const { page, problems } = await openWith('role r ~a +get\nuser u on nopass ~b +set role=r\n')
  await act(page, 'Extract or expand roles')
  const dialog = page.getByRole('dialog', { name: 'Roles in users.acl' })
  await dialog.getByRole('tab', { name: 'Expand roles' }).click()
  await dialog.getByLabel('Server without roles').selectOption('Redis 6.2')
  await dialog.getByText('u may not run get b now, and would without roles.').waitFor()
  expect(await diagnostics(page)).toEqual([])
  expect(problems).toEqual([])
})
