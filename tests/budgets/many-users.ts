import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { act, paste, pasteAcl, run } from '../browser/harness'
import { encodeLink } from '../../src/workspace/codec'
import { blankState } from '../../src/workspace/state'

/** Returns a file of 10,001 users, in a version that shares no line with another one's. */
export function file(version: number): string {
  const users = Array.from(
    { length: 10_000 },
    (_, i) => `user tenant-${i} on >secret${i} ~tenant:${i}:* ~v${version}:* +@read +@write -@dangerous\n`,
  )
  return `user default on nopass ~* &* +@all\n${users.join('')}`
}

/** A capture of 10,000 commands of MONITOR. */
const capture = Array.from(
  { length: 10_000 },
  (_, i) =>
    `1339518083.${100_000 + i} [0 127.0.0.1:60866] "${i % 2 ? 'set' : 'get'}" "tenant:${i}:x"${i % 2 ? ' "v"' : ''}`,
).join('\n')

/** Goes to the end of the second line, which is a tenant's. */
async function toSecondLine(page: Page): Promise<void> {
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('ArrowDown')
  // The first goes to where the line wraps.
  await page.keyboard.press('End')
  await page.keyboard.press('End')
}

/** Closes the dialog that is open. */
async function closeDialog(page: Page): Promise<void> {
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}

/** The actions that are watched. */
export const actions: readonly {
  readonly name: string
  /** @param round counts from 1 */
  readonly run: (page: Page, round: number) => Promise<void>
}[] = [
  {
    name: 'pasting',
    run: async (page, round) => {
      await pasteAcl(page, file(round))
      await page.getByText('Loading users.acl…').waitFor({ state: 'detached' })
      await page.getByText('Loaded: 10,001 users').waitFor()
    },
  },
  {
    name: 'typing',
    run: async (page) => {
      await toSecondLine(page)
      await page.keyboard.type(' +get -set ~a', { delay: 60 })
    },
  },
  {
    name: 'typing a rule that the server rejects, and taking it back',
    run: async (page) => {
      await toSecondLine(page)
      await page.keyboard.type(' +nosuch', { delay: 60 })
      await page.waitForTimeout(1_000)
      for (let i = 0; i < 8; i++) await page.keyboard.press('Backspace')
    },
  },
  { name: 'running commands', run: (page) => run(page, 'GET tenant:1:x') },
  {
    name: 'pasting commands',
    run: async (page, round) => {
      const lines = Array.from({ length: 500 }, (_, i) => `SET tenant:${i % 20}:x ${i}`)
      await paste(page.locator('[aria-label="Command"].cm-content'), [...lines, `ECHO ${round}`, ''].join('\n'))
      await page
        .locator('[role=log]')
        .getByRole('group', { name: `ECHO ${round}`, exact: true })
        .waitFor()
    },
  },
  {
    name: 'restarting the server',
    run: async (page) => {
      await act(page, 'Restart the server')
      await page.getByText('Loaded: 10,001 users').waitFor()
    },
  },
  {
    name: 'the permissions of all users, and who reaches a key',
    run: async (page) => {
      await page.getByRole('tab', { name: 'Permissions' }).click()
      const pane = page.getByRole('tabpanel', { name: 'Permissions' })
      await pane.getByRole('grid').waitFor()
      await pane.getByText('A key').click()
      await pane.getByLabel('Key or pattern').fill('tenant:1:x')
      await pane.getByText('read: 2').waitFor()
      await pane.getByText('Commands', { exact: true }).click()
      await page.getByRole('tab', { name: 'Keyspace' }).click()
    },
  },
  {
    name: 'sharing',
    run: async (page) => {
      await page.getByRole('button', { name: 'Share', exact: true }).click()
      await page.getByText('Passwords are left out.').waitFor()
      await closeDialog(page)
    },
  },
  {
    name: 'comparing',
    run: async (page) => {
      await page.getByRole('button', { name: 'Compare', exact: true }).click()
      await page
        .getByRole('dialog')
        .getByText(/^Compared [\d,]+ of 10,001 users/)
        .waitFor()
      await closeDialog(page)
    },
  },
  {
    name: 'comparing two files',
    run: async (page, round) => {
      const after = file(80 + round)
      await pasteAcl(page, after)
      await page.getByText('Loading users.acl…').waitFor({ state: 'detached' })
      await page.getByRole('button', { name: 'Compare', exact: true }).click()
      const dialog = page.getByRole('dialog')
      const folder = mkdtempSync(join(tmpdir(), 'before-'))
      writeFileSync(join(folder, 'before.acl'), after.replaceAll(' -@dangerous', ''))
      await dialog.locator('input[type=file]').first().setInputFiles(join(folder, 'before.acl'))
      await dialog
        .getByText(/users change alike$/)
        .first()
        .waitFor()
      await closeDialog(page)
      rmSync(folder, { recursive: true })
    },
  },
  {
    name: 'comparing two server versions',
    run: async (page) => {
      await page.getByRole('button', { name: 'Compare', exact: true }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('tab', { name: 'Server versions' }).click()
      await dialog.getByLabel('To version').selectOption('redis-6.0')
      await dialog.getByText('Show the whole file').click()
      await dialog
        .getByRole('button', { name: /^Show more of/ })
        .last()
        .click()
      await closeDialog(page)
    },
  },
  {
    name: 'opening each view of the permissions',
    run: async (page) => {
      await page.getByRole('tab', { name: 'Permissions' }).click()
      const pane = page.getByRole('tabpanel', { name: 'Permissions' })
      await pane.getByRole('grid').waitFor()
      await pane.getByLabel('Which').selectOption('differing')
      await pane.getByRole('grid').waitFor()
      await pane.getByLabel('Which').selectOption('all')
      await pane.getByLabel('Filter users').fill('tenant-99*')
      await pane.getByText('111 × ').waitFor()
      await pane.getByLabel('Filter users').fill('')
      await pane.getByText('A key').click()
      await pane.getByLabel('Key or pattern').fill('tenant:99*')
      await pane.getByText(/^Users that reach some key: .* of 10,001$/).waitFor()
      await pane.locator('.more').click()
      await pane.getByText('A channel').click()
      await pane.getByLabel('Channel or pattern').fill('news')
      await pane.getByText(/^publish: .* of 10,001$/).waitFor()
      await pane.getByLabel('Channel or pattern').fill('news:*')
      await pane.getByText(/^Users that reach some channel: .* of 10,001$/).waitFor()
      await pane.getByText('Commands', { exact: true }).click()
      await page.getByRole('tab', { name: 'Keyspace' }).click()
    },
  },
  {
    name: 'replaying 10,000 commands',
    run: async (page) => {
      await act(page, 'Replay what an application ran')
      const dialog = page.getByRole('dialog')
      // By its path: its bytes in a message to the page would count as the page's work.
      const folder = mkdtempSync(join(tmpdir(), 'capture-'))
      writeFileSync(join(folder, 'capture.log'), capture)
      await dialog.locator('input[type=file]').setInputFiles(join(folder, 'capture.log'))
      await dialog.getByText('10,000 commands read, as MONITOR.').waitFor()
      await dialog.getByLabel('User', { exact: true }).fill('tenant-1')
      await dialog.getByText('Denied: 9,999').waitFor()
      await dialog.getByRole('radio', { name: 'Denied: 9,999' }).check()
      await dialog.getByLabel('From exact to general names').fill('0')
      await dialog.getByRole('region', { name: 'Suggested user' }).getByText('~tenant:9:x').first().waitFor()
      await closeDialog(page)
      rmSync(folder, { recursive: true })
    },
  },
  {
    name: 'searching',
    run: async (page) => {
      await page.locator('.cm-content[aria-label="users.acl"]').focus()
      await page.keyboard.press('Control+f')
      await page.keyboard.type('tenant-99', { delay: 60 })
      await page.keyboard.press('Enter')
      await page.keyboard.press('Escape')
    },
  },
  {
    name: 'the coverage',
    run: async (page) => {
      await page.getByRole('tab', { name: 'Coverage' }).click()
      await page.getByRole('tabpanel', { name: 'Coverage' }).getByRole('row').nth(5).waitFor()
      await page.getByRole('tab', { name: 'Keyspace' }).click()
    },
  },
  {
    name: 'the checklist',
    run: async (page) => {
      await act(page, 'Security checklist')
      await page.getByRole('dialog', { name: 'Security checklist' }).getByText('to do').first().waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    },
  },
  {
    name: 'the users of the files',
    run: async (page) => {
      await act(page, 'Users of the files')
      await page.keyboard.type('tenant-99', { delay: 60 })
      await page.getByRole('dialog').getByLabel('Only with diagnostics').click()
      await page.getByRole('dialog').getByLabel('Only with diagnostics').click()
      await page.keyboard.press('Shift+Tab')
      await page.keyboard.press('Enter')
      if ((await page.getByRole('dialog').count()) > 0) await closeDialog(page)
    },
  },
  {
    name: 'simplifying',
    run: async (page) => {
      // One line that can be shorter.
      await toSecondLine(page)
      await page.keyboard.type(' +get', { delay: 60 })
      await act(page, 'Simplify users.acl')
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Use the shorter rules/ })
        .waitFor()
      await closeDialog(page)
    },
  },
  {
    name: 'asking why a command was refused',
    run: async (page) => {
      await act(page, 'Why was this refused?')
      const field = page.getByRole('dialog').getByLabel('Error, command or ACL LOG entry')
      await field.fill("(error) NOPERM User tenant-77 has no permissions to run the 'flushall' command")
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /Add to line/ })
        .first()
        .waitFor()
      await closeDialog(page)
    },
  },
  {
    name: 'saving plain passwords, and listing the users',
    run: async (page, round) => {
      await pasteAcl(page, file(60 + round))
      await page.getByText('Loading users.acl…').waitFor({ state: 'detached' })
      // They are hashed while the page is idle.
      await page.waitForTimeout(3_000)
      await run(page, 'ACL SAVE')
      await page.getByText('Loading users.acl…').waitFor({ state: 'detached' })
      await run(page, 'ACL LIST')
      await pasteAcl(page, file(70 + round))
      await page.getByText('Loading users.acl…').waitFor({ state: 'detached' })
    },
  },
  {
    name: 'comparing memory and file, and loading the file',
    run: async (page, round) => {
      await run(page, `ACL SETUSER tenant-3 ~more:${round}`)
      await act(page, 'Compare memory and file')
      await page.getByRole('dialog').getByText(`~more:${round}`).first().waitFor()
      await page.getByRole('dialog').getByRole('button', { name: 'Load file' }).click()
      await page.getByText('Memory and file agree.').waitFor()
    },
  },
  {
    name: 'using another version',
    run: async (page) => {
      for (const version of ['Valkey 8.1', 'Redis 8.0']) {
        await act(page, `Use ${version}`)
        await page.waitForTimeout(1_000)
        await page.getByText('Loaded: 10,001 users').waitFor()
      }
    },
  },
  {
    name: 'exporting each format',
    run: async (page) => {
      await page.getByRole('button', { name: 'Import / Export' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('tab', { name: 'Export' }).click()
      await page.getByRole('region', { name: 'Preview of the export' }).waitFor()
      for (const radio of await dialog.getByRole('radio').all()) {
        await radio.check()
        await page.waitForTimeout(700)
      }
      await closeDialog(page)
    },
  },
  {
    name: 'importing',
    run: async (page, round) => {
      await page.getByRole('button', { name: 'Import / Export' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('tab', { name: 'Import' }).click()
      await paste(dialog.getByLabel('Text to import'), file(30 + round))
      await dialog.getByRole('heading', { name: /10,001 users, read from/ }).waitFor()
      await dialog.getByRole('button', { name: 'Import', exact: true }).click()
      await page.getByText('Loaded: 10,001 users').waitFor()
      await page.getByRole('button', { name: 'Undo' }).click()
    },
  },
  {
    name: 'editing a user as a form',
    run: async (page) => {
      await act(page, 'Edit a user as a form')
      const form = page.getByRole('tabpanel', { name: 'User', exact: true })
      await form.getByText('Root permissions').waitFor()
      await form.getByLabel('User', { exact: true }).fill('tenant-500')
      await page.waitForTimeout(500)
      await page.getByRole('tab', { name: 'Keyspace' }).click()
    },
  },
  {
    name: 'all diagnostics',
    run: async (page) => {
      await act(page, 'All diagnostics')
      await page.waitForTimeout(500)
      await closeDialog(page)
    },
  },
  {
    name: 'a permission in detail',
    run: async (page) => {
      await page.getByRole('tab', { name: 'Permissions' }).click()
      const pane = page.getByRole('tabpanel', { name: 'Permissions' })
      await pane.getByLabel('Filter commands').fill('flushall')
      await pane.getByRole('gridcell', { name: /^tenant-1: FLUSHALL/ }).click()
      await pane.getByText('Proved: nothing else changes.').waitFor()
      await pane.getByLabel('Filter commands').fill('')
      await page.getByRole('tab', { name: 'Keyspace' }).click()
    },
  },
  {
    name: 'choosing whom to run as',
    run: async (page) => {
      await page.keyboard.press('Alt+5')
      await page.getByPlaceholder('Log in as…').waitFor()
      await page.keyboard.type('tenant-99', { delay: 60 })
      await page.keyboard.press('Enter')
      await page.waitForTimeout(500)
      await page.keyboard.press('Alt+5')
      await page.getByPlaceholder('Log in as…').waitFor()
      await page.keyboard.type('default', { delay: 60 })
      await page.keyboard.press('Enter')
      await run(page, 'ACL WHOAMI')
    },
  },
  {
    name: 'expectations about all users',
    run: async (page, round) => {
      await page.getByRole('tab', { name: /^Expectations/ }).click()
      const editor = page.locator('.cm-content[aria-label="Expectations"], .cm-content[aria-label="users.expect"]')
      await editor.first().focus()
      await page.keyboard.press('Control+a')
      await page.keyboard.type(`user tenant-* cannot write keys except tenant:${round}*\n`, { delay: 20 })
      await page.keyboard.type(`user tenant-* can run GET tenant:1:x\n`, { delay: 20 })
      await page.waitForTimeout(1_000)
      await page.keyboard.press('Control+a')
      await page.keyboard.press('Delete')
      await page.getByRole('tab', { name: 'users.acl' }).click()
    },
  },
  {
    name: 'renaming a user',
    run: async (page, round) => {
      await toSecondLine(page)
      await page.keyboard.press('F2')
      await page.waitForTimeout(500)
      await page.keyboard.press('Control+a')
      await page.keyboard.type(`renamed-${round}`)
      await page.keyboard.press('Enter')
      await page.waitForTimeout(1_000)
      await toSecondLine(page)
      await page.keyboard.press('F2')
      await page.waitForTimeout(500)
      await page.keyboard.press('Control+a')
      await page.keyboard.type('tenant-0')
      await page.keyboard.press('Enter')
    },
  },
  {
    name: 'scrolling to the end',
    run: async (page) => {
      await page.locator('.cm-content[aria-label="users.acl"]').focus()
      await page.keyboard.press('Control+End')
      await page.waitForTimeout(500)
      for (let i = 0; i < 10; i++) await page.keyboard.press('PageUp')
      await page.keyboard.press('Control+Home')
      await page.keyboard.press('Control+a')
    },
  },
  {
    name: 'formatting',
    run: async (page, round) => {
      await pasteAcl(page, file(40 + round).replaceAll(' on ', ' ON '))
      await page.getByText('Loading users.acl…').waitFor({ state: 'detached' })
      await act(page, 'Format the file')
      await page.getByText(/^user tenant-9999 on /).waitFor()
      await page.getByText('Loaded: 10,001 users').waitFor()
    },
  },
  {
    name: 'undoing and redoing the formatting',
    run: async (page) => {
      await page.locator('.cm-content[aria-label="users.acl"]').focus()
      for (const keys of ['Control+z', 'Control+y']) {
        await page.keyboard.press(keys)
        await page.getByText('Loading users.acl…').waitFor({ state: 'detached' })
        await page.getByText('Loaded: 10,001 users').waitFor()
      }
    },
  },
  {
    // The last one: passwords of a link are hashes.
    name: 'opening a link',
    run: async (page, round) => {
      const state = blankState('redis-8.0')
      const link = await encodeLink({ ...state, files: { ...state.files, acl: file(10 + round) } })
      if (!link.ok) throw new Error(link.message)
      await page.evaluate((hash) => {
        location.hash = hash
      }, link.fragment)
      await page.getByRole('dialog').getByRole('button', { name: 'Open', exact: false }).first().click()
      await page
        .getByText(`~v${10 + round}:*`)
        .first()
        .waitFor()
      await page.getByText('Loaded: 10,001 users').waitFor()
    },
  },
]
