import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { IncomingLink } from '../../../src/app/state/IncomingLink.svelte'
import { Keeper, type Around } from '../../../src/app/state/Keeper.svelte'
import { Playground } from '../../../src/app/state/Playground.svelte'
import { encodeLink } from '../../../src/workspace/codec'
import { fingerprint } from '../../../src/workspace/earlier-work'
import { gallery, stateOf } from '../../../src/workspace/gallery/gallery'
import { type WorkspaceState, blankState } from '../../../src/workspace/state'
import { type StringStorage, WorkspaceStore } from '../../../src/workspace/storage'
import { runs } from '../../runs'

const place = { hash: '', pathname: '/', search: '' }

beforeAll(() => {
  // The visits never end: none may go on beating in the tests of other files.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  vi.stubGlobal('navigator', {})
  vi.stubGlobal('location', place)
  vi.stubGlobal('document', { visibilityState: 'visible' })
  vi.stubGlobal('history', { replaceState: () => (place.hash = '') })
})
afterAll(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

class MemoryStorage implements StringStorage {
  readonly items = new Map<string, string>()
  room = Infinity
  getItem(key: string): string | null {
    return this.items.get(key) ?? null
  }
  setItem(key: string, value: string): void {
    if (value.length > this.room) throw new DOMException('full', 'QuotaExceededError')
    this.items.set(key, value)
  }
  removeItem(key: string): void {
    this.items.delete(key)
  }
}

/** One visit to the page in a browser: what it keeps outlives it. */
class Visit {
  readonly playground = new Playground()
  readonly around: Around & { banner: Around['banner'] }
  readonly keeper: Keeper
  readonly link: IncomingLink
  /** The lines that links led to. */
  readonly lines: number[] = []

  constructor(storage: StringStorage) {
    const around = {
      banner: null as Around['banner'],
      tell: (banner: Around['banner']) => (around.banner = banner),
      ask: (asking: boolean) => asking && queueMicrotask(() => void this.link.answer(true)),
      replacing: () => undefined,
      showEarlier: () => undefined,
      showLinked: () => undefined,
      goTo: (line: number) => void this.lines.push(line),
    }
    this.around = around
    this.keeper = new Keeper(this.playground, around, storage)
    this.link = new IncomingLink(this.playground, this.keeper, around, false)
  }

  async begin(): Promise<this> {
    await this.keeper.begin(false)
    return this
  }

  save(): void {
    this.keeper.save(this.playground.snapshot(), this.playground.before)
  }

  leave(): void {
    this.save()
    this.keeper.leave()
  }

  edit(acl: string): void {
    this.playground.edit('acl', acl)
    this.save()
  }

  async openLink(state: WorkspaceState): Promise<void> {
    const made = await encodeLink(state)
    if (!made.ok) throw new Error(made.message)
    place.hash = made.fragment
    await this.link.follow()
    await vi.waitFor(() => expect(this.playground.files.acl.text).toBe(state.files.acl))
  }
}

const withUser = (name: string): WorkspaceState => ({
  ...blankState('redis-8.0'),
  files: { acl: `user ${name} on nopass ~${name}:* +@read\n`, conf: 'aclfile users.acl\n' },
})
const exampleAt = (n: number): WorkspaceState => {
  const example = gallery[n % gallery.length]
  if (example === undefined) throw new Error('the gallery has examples')
  return stateOf(example)
}
const mine = 'user mine on nopass ~mine:* +@all\n'

test('after edits, two examples and a reload the edited work comes back', async () => {
  const storage = new MemoryStorage()
  const first = await new Visit(storage).begin()
  first.edit(mine)
  for (const example of gallery.slice(0, 2)) {
    await first.keeper.replace(stateOf(example), 'Opened it.', { standing: 'example' })
    first.save()
  }
  expect(first.keeper.earlier.count).toBe(1)
  first.leave()

  const second = await new Visit(storage).begin()
  expect(second.around.banner?.action?.label).toBe('Restore my work')
  second.around.banner?.action?.run()
  await vi.waitFor(() => expect(second.playground.files.acl.text).toBe(mine))
  await vi.waitFor(() => expect(second.keeper.earlier.count).toBe(0))
})

type Step =
  | 'example'
  | 'link'
  | 'line'
  | 'linked line'
  | 'file'
  | 'import'
  | 'reload'
  | 'new'
  | 'lesson'
  | 'leave'
  | 'version'
  | 'delete'
const steps: readonly Step[] = [
  'example',
  'link',
  'line',
  'linked line',
  'file',
  'import',
  'reload',
  'new',
  'lesson',
  'leave',
  'version',
  'delete',
]

test('no sequence of lessons, examples, links, files, imports, versions, deletions and reloads loses edited work', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ step: fc.constantFrom(...steps), n: fc.nat(8) }), { maxLength: 12 }),
      async (sequence) => {
        place.hash = ''
        const storage = new MemoryStorage()
        let visit = await new Visit(storage).begin()
        visit.edit(mine)
        for (const { step, n } of sequence) {
          const { keeper } = visit
          if (step === 'example') await keeper.replace(exampleAt(n), 'Opened.', { standing: 'example' })
          else if (step === 'link') await visit.openLink(withUser(`linked${n}`))
          else if (step === 'line') {
            const { text } = visit.playground.files.acl
            place.hash = `#line/${n}`
            await visit.link.follow()
            expect(visit.playground.files.acl.text).toBe(text)
          } else if (step === 'linked line') {
            await visit.openLink({ ...withUser(`linked${n}`), line: n + 1 })
            // The line is shown after the file.
            await vi.waitFor(() => expect(visit.lines.at(-1)).toBe(n + 1))
          } else if (step === 'file') await keeper.replace(withUser(`file${n}`), 'Opened.', { standing: 'opened' })
          else if (step === 'new') await keeper.replace(blankState('redis-8.0'), 'New.', { standing: 'example' })
          else if (step === 'import') {
            await keeper.replace(withUser(`imported${n}`), 'Imported.', { standing: 'opened' })
          } else if (step === 'lesson') {
            await keeper.openLesson(withUser(`lesson${n}`), { store: () => undefined, placed: () => undefined })
            visit.playground.edit('acl', `user answer${n} on\n`)
          } else if (step === 'leave') await keeper.leaveLesson()
          else if (step === 'version') await keeper.revise({ ...visit.playground.snapshot(), modules: n % 2 === 0 })
          else if (step === 'delete') {
            if (!keeper.inLesson && visit.playground.files.acl.text !== mine) await keeper.discard()
          } else {
            visit.leave()
            visit = await new Visit(storage).begin()
          }
          visit.save()
        }
        await visit.keeper.leaveLesson()
        const earlier = visit.keeper.earlier.all.find(({ state }) => state.files.acl === mine)
        if (visit.playground.files.acl.text === mine) return
        if (earlier === undefined) throw new Error('the work is lost')
        await visit.keeper.restore(earlier)
        expect(visit.playground.files.acl.text).toBe(mine)
        visit.leave()
        expect((await new Visit(storage).begin()).playground.files.acl.text).toBe(mine)
      },
    ),
    { numRuns: runs(15) },
  )
}, 120_000)

test('a lesson leaves the own work where it is, also for the next visit', async () => {
  const storage = new MemoryStorage()
  const visit = await new Visit(storage).begin()
  visit.edit(mine)
  const stored: string[] = []
  const store = ({ files }: WorkspaceState): void => void stored.push(files.acl)
  await visit.keeper.openLesson(withUser('lesson'), { store, placed: () => undefined })
  visit.edit('user answer on\n')
  expect(stored.at(-1)).toBe('user answer on\n')
  expect(visit.keeper.current.state.files.acl).toBe(mine)
  visit.leave()
  expect((await new Visit(storage).begin()).playground.files.acl.text).toBe(mine)
  await visit.keeper.replace(exampleAt(0), 'Opened.', { standing: 'example' })
  expect(visit.keeper.inLesson).toBe(false)
  expect(visit.keeper.earlier.all.map(({ state }) => state.files.acl)).toEqual([mine])
})

test('going back to a version keeps the files as they are as a version', async () => {
  const visit = await new Visit(new MemoryStorage()).begin()
  const opened = visit.playground.files.acl.text
  visit.edit(mine)
  const [first] = visit.keeper.versions()
  expect(first?.files.acl).toBe(opened)
  await visit.keeper.revise({ ...visit.playground.snapshot(), files: { acl: opened, conf: '' } })
  expect(visit.keeper.versions()[0]?.files.acl).toBe(mine)
  expect(visit.keeper.earlier.count).toBe(0)
})

test('examples and links that nobody edited never push edited work out', async () => {
  const storage = new MemoryStorage()
  const visit = await new Visit(storage).begin()
  visit.edit(mine)
  for (let n = 0; n < 25; n++) {
    await visit.keeper.replace(withUser(`linked${n}`), 'Opened.', { standing: 'opened' })
    visit.save()
  }
  expect(visit.keeper.earlier.count).toBe(20)
  await visit.keeper.restoreLatest()
  expect(visit.playground.files.acl.text).toBe(mine)
})

test('the same workspace is put aside once', async () => {
  const visit = await new Visit(new MemoryStorage()).begin()
  visit.edit(mine)
  for (let n = 0; n < 3; n++) {
    await visit.keeper.replace(exampleAt(0), 'Opened.', { standing: 'example' })
    visit.save()
    await visit.keeper.restoreLatest()
  }
  await visit.keeper.replace(exampleAt(0), 'Opened.', { standing: 'example' })
  expect(visit.keeper.earlier.all.map(({ state }) => fingerprint(state)).length).toBe(1)
})

test('where the storage takes no more, the work lasts as long as the page, which says so', async () => {
  const storage = new MemoryStorage()
  const visit = await new Visit(storage).begin()
  visit.edit(mine)
  storage.room = 10
  await visit.keeper.replace(exampleAt(0), 'Opened.', { standing: 'example' })
  expect(visit.around.banner?.text).toContain('no room to store the replaced workspace')
  expect(visit.keeper.losesWork).toBe(true)
  await visit.keeper.restoreLatest()
  expect(visit.playground.files.acl.text).toBe(mine)
})

test('keeping this tab’s work puts the other tab’s aside', async () => {
  const storage = new MemoryStorage()
  const [one, two] = [await new Visit(storage).begin(), await new Visit(storage).begin()]
  one.edit(mine)
  two.edit('user second on\n')
  two.around.banner?.action?.run()
  expect(two.keeper.earlier.all.map(({ state }) => state.files.acl)).toContain(mine)
})

test('a workspace that opens without words leaves no banner, unless work would be lost', async () => {
  const storage = new MemoryStorage()
  const visit = await new Visit(storage).begin()
  visit.edit(mine)
  await visit.keeper.replace(exampleAt(0), 'Opened.', { standing: 'example' })
  expect(visit.around.banner?.text).toBe('Opened.')
  visit.edit(`${mine}user b on\n`)
  await visit.keeper.replace(exampleAt(1), null, { standing: 'example' })
  expect(visit.around.banner).toBeNull()
  visit.edit(`${mine}user c on\n`)
  storage.room = 10
  await visit.keeper.replace(exampleAt(0), null, { standing: 'example' })
  expect(visit.around.banner?.text).toContain('no room to store the replaced workspace')
})

/** Begins a visit that has answered for a while, as a page shows by taking the mark of its start away. */
async function opened(storage: StringStorage): Promise<Visit> {
  const visit = await new Visit(storage).begin()
  storage.removeItem('acl-playground.starting')
  return visit
}

test('keeping this tab’s work puts no example aside that the other tab has in view', async () => {
  const storage = new MemoryStorage()
  const [one, two] = [await opened(storage), await opened(storage)]
  await one.keeper.replace(exampleAt(1), 'Opened.', { standing: 'example' })
  one.save()
  two.edit(mine)
  two.around.banner?.action?.run()
  expect(two.keeper.earlier.count).toBe(0)
  expect(new WorkspaceStore(storage).load()).toMatchObject({ state: { files: { acl: mine } } })
})

test('work that another tab’s kept from being saved stands in the list of versions after a reload', async () => {
  const storage = new MemoryStorage()
  const first = await new Visit(storage).begin()
  first.edit('user app on\n')
  first.leave()
  const [older, newer] = [await opened(storage), await opened(storage)]
  newer.edit('user newer on\n')
  older.edit(mine)
  expect(older.around.banner?.text).toContain('becomes an earlier version')
  older.leave()
  const again = await new Visit(storage).begin()
  expect(again.playground.files.acl.text).toBe('user newer on\n')
  expect(again.keeper.versions().map(({ files }) => files.acl)).toContain(mine)
})

test('where the other tab opened another workspace, such work is put aside', async () => {
  const storage = new MemoryStorage()
  const [older, newer] = [await opened(storage), await opened(storage)]
  await newer.keeper.replace(withUser('linked'), 'Opened.', { standing: 'opened' })
  newer.edit('user newer on\n')
  newer.leave()
  older.edit(mine)
  older.leave()
  const again = await new Visit(storage).begin()
  expect(again.playground.files.acl.text).toBe('user newer on\n')
  expect(again.keeper.earlier.all.map(({ state }) => state.files.acl)).toContain(mine)
})

test('a tab that changed nothing leaves no version behind', async () => {
  const storage = new MemoryStorage()
  const [older, newer] = [await opened(storage), await opened(storage)]
  newer.edit(mine)
  older.leave()
  const again = await new Visit(storage).begin()
  expect(again.keeper.earlier.count).toBe(0)
})

test('other users replace an example that nobody edited, but not what somebody wrote', async () => {
  const visit = await new Visit(new MemoryStorage()).begin()
  const { keeper, playground } = visit
  expect(keeper.besideExample).toEqual({})
  const example = playground.files.acl.text
  playground.edit('expect', 'mine can GET mine:1\n')
  expect(keeper.besideExample).toEqual({ expect: 'mine can GET mine:1\n' })
  playground.edit('acl', `${example}${mine}`)
  expect(keeper.besideExample).toBeNull()
})

test('an example that was emptied to paste into it is still replaced', async () => {
  const { keeper, playground } = await new Visit(new MemoryStorage()).begin()
  playground.edit('acl', '')
  expect(keeper.besideExample).toEqual({})
  playground.edit('expect', '')
  expect(keeper.besideExample).toBeNull()
})

test('the example is one in every version, after commands, and on the next visit; a blank workspace is none', async () => {
  const storage = new MemoryStorage()
  const first = await new Visit(storage).begin()
  await first.playground.use('redis-6.2', false)
  const { current } = first.playground.connections
  if (current !== null) await first.playground.connections.run(current, 'PING')
  expect(first.keeper.besideExample).toEqual({})
  first.leave()
  const second = await new Visit(storage).begin()
  expect(second.keeper.besideExample).toEqual({})
  await second.keeper.replace(blankState('redis-8.0'), 'Started blank.', { standing: 'example' })
  expect(second.keeper.besideExample).toBeNull()
})

test('#new starts blank at once and keeps the stored work', async () => {
  const storage = new MemoryStorage()
  const first = await new Visit(storage).begin()
  first.edit(mine)
  first.leave()
  place.hash = '#new'
  const second = await new Visit(storage).begin()
  expect(second.playground.files.acl.text).toBe('')
  expect(place.hash).toBe('')
  second.around.banner?.action?.run()
  await vi.waitFor(() => expect(second.playground.files.acl.text).toBe(mine))
})

test('a visit that ended while it opened the stored work makes the next one ask, and #new starts even so', async () => {
  const storage = new MemoryStorage()
  const first = await new Visit(storage).begin()
  first.edit(mine)
  // It goes without a word: the mark of its start is still there.
  const second = new Visit(storage)
  expect(await second.keeper.begin(false)).toBe('held')
  expect(second.keeper.held?.state.files.acl).toBe(mine)
  expect(second.playground.files.acl.text).toBe('')
  place.hash = '#new'
  const third = await new Visit(storage).begin()
  expect(third.playground.files.acl.text).toBe('')
  expect(third.keeper.earlier.all[0]?.state.files.acl).toBe(mine)
  place.hash = ''
  await second.keeper.openHeld()
  expect(second.playground.files.acl.text).toBe(mine)
  second.leave()
})
