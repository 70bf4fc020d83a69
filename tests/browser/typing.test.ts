import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { type Site, openSite } from './harness'
import { type FileName, Typist } from './typist'

/** How many texts are typed; more with TYPING_RUNS. */
const RUNS = Number(process.env.TYPING_RUNS ?? 24)
/** Pages that are typed into at the same time: most of the time nobody types. */
const PAGES = 4

let site: Site
beforeAll(async () => {
  site = await openSite()
})

/** Something done at the keyboard. */
type Step =
  | { readonly kind: 'type'; readonly text: string }
  /** A new line, with Enter. */
  | { readonly kind: 'line' }
  /** Nobody types: the file is loaded and its diagnostics arrive. */
  | { readonly kind: 'pause'; readonly milliseconds: number }
  /** The beginning of a word, its completion taken with a key, or dismissed and the word typed out. */
  | {
      readonly kind: 'complete'
      readonly typed: string
      readonly word: string
      readonly key: 'Tab' | 'Enter' | 'Escape'
    }
  | { readonly kind: 'compose'; readonly steps: readonly string[]; readonly result: string }
  /** Goes back some characters in the line, types there, and returns. */
  | { readonly kind: 'insert'; readonly back: number; readonly text: string }
  | { readonly kind: 'undo'; readonly times: number }

interface Run {
  readonly file: FileName
  /** Where typing starts: at the end of the file, or behind the first line. */
  readonly at: 'end' | 'first line'
  /** Milliseconds between keys, one after the other. */
  readonly delays: readonly number[]
  readonly steps: readonly Step[]
}

const words: Readonly<Record<FileName, readonly (readonly string[])[]>> = {
  acl: [
    ['user', 'app', 'on', '>pw', '~app:*', '+@read'],
    ['user', 'b', 'on', 'nopass', '~*', '+@all', '-@dangerous'],
    ['user', 'default', 'off'],
    ['user', 'c', 'o', 'n', '~a', '~a:*', '+get', '+get', '(~b:*', '+set)'],
    ['# a comment'],
    ['+ping', 'resetchannels', '&news:*', '+publish'],
    ['user', 'd', '#00', '%R~x', '+config|get', '-@all', '+nosuchcommand'],
  ],
  conf: [
    ['port', '6379'],
    ['aclfile', '/etc/redis/users.acl'],
    ['user', 'app', 'on', 'nopass', '~app:*', '+@read'],
    ['requirepass', '"a b"'],
    ['# a comment'],
    ['bind', '127.0.0.1', '-::1', 'x'],
    ['acllog-max-len', '12'],
  ],
  expect: [
    ['app', 'can', 'GET', 'app:1'],
    ['app', 'cannot', 'SET', 'secret:1', 'x', 'because', 'key'],
    ['default', 'cannot', 'log', 'in'],
    ['nobody', 'can', 'PING'],
    ['# a comment'],
    ['app', 'may', 'GET'],
  ],
}

/** Beginnings of words, and the word that completes them, in their place. */
const completions: Readonly<Record<FileName, readonly (readonly [before: string, typed: string, word: string])[]>> = {
  acl: [
    ['', 'us', 'user '],
    ['user a ', 'nopas', 'nopass'],
    ['user a on ', '+@rea', '+@read'],
    ['user a ', '-@dang', '-@dangerous'],
    ['user a on ', '+hgeta', '+hgetall'],
  ],
  conf: [
    ['', 'aclf', 'aclfile '],
    ['', 'acllog-m', 'acllog-max-len '],
    ['user a ', '+@dang', '+@dangerous'],
  ],
  expect: [
    ['a ', 'canno', 'cannot '],
    ['a can GET x ', 'becau', 'because '],
    ['a can ', 'hgeta', 'hgetall '],
  ],
}

const pause = fc.record({ kind: fc.constant('pause' as const), milliseconds: fc.constantFrom(0, 120, 320, 700) })

/** A line of a file, word by word: the blank is typed first or last, and somebody may think between two words. */
const lineOf = (file: FileName): fc.Arbitrary<Step[]> =>
  fc
    .tuple(
      fc.constantFrom(...words[file]),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      fc.array(fc.option(pause, { freq: 2 }), { minLength: 5, maxLength: 5 }),
    )
    .map(([line, length, blankFirst, pauses]) =>
      line.slice(0, length).flatMap((word, i): Step[] => {
        const last = i === length - 1
        const text = blankFirst || last ? word : `${word} `
        const rest = pauses[i] ?? null
        return [{ kind: 'type', text: blankFirst && i > 0 ? ` ${text}` : text }, ...(rest === null ? [] : [rest])]
      }),
    )

const completed = (file: FileName): fc.Arbitrary<Step[]> =>
  fc
    .tuple(fc.constantFrom(...completions[file]), fc.constantFrom('Tab', 'Enter', 'Escape'))
    .map(([[before, typed, word], key]): Step[] => [
      ...(before === '' ? [] : [{ kind: 'type', text: before } as const]),
      { kind: 'complete', typed, word, key },
    ])

const composed = fc
  .constantFrom<[string[], string]>(
    [['k', 'か', 'かn', 'かん', 'かんj', 'かんじ'], '漢字'],
    [["'", '´'], 'é'],
    [['ㅎ', '하', '한'], '한'],
  )
  .map(([steps, result]): Step[] => [
    { kind: 'type', text: 'user ' },
    { kind: 'compose', steps, result },
    { kind: 'type', text: ' on ' },
  ])

const inserted = fc
  .record({
    kind: fc.constant('insert' as const),
    back: fc.integer({ min: 1, max: 6 }),
    text: fc.constantFrom('x', ' ', '* +'),
  })
  .map((step): Step[] => [step])

const undone = fc
  .record({ kind: fc.constant('undo' as const), times: fc.integer({ min: 1, max: 3 }) })
  .map((step): Step[] => [step])

const stepsOf = (file: FileName): fc.Arbitrary<Step[]> =>
  fc
    .array(
      fc.oneof(
        { weight: 6, arbitrary: lineOf(file) },
        { weight: 2, arbitrary: completed(file) },
        { weight: 1, arbitrary: composed },
      ),
      { minLength: 1, maxLength: 2 },
    )
    .chain((lines) =>
      fc
        .array(
          fc.oneof(
            { weight: 1, arbitrary: inserted },
            { weight: 1, arbitrary: undone },
            { weight: 2, arbitrary: fc.constant([]) },
          ),
          {
            minLength: lines.length,
            maxLength: lines.length,
          },
        )
        .map((edits) =>
          lines.flatMap((line, i) => [...(i === 0 ? [] : [{ kind: 'line' } as const]), ...line, ...(edits[i] ?? [])]),
        ),
    )

/** Most people in a test type fast; a few take their time, and write less. */
const pace = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom([0], [30], [60]) },
  { weight: 2, arbitrary: fc.constantFrom([150], [0, 60, 30]) },
  { weight: 1, arbitrary: fc.constantFrom([600], [0, 0, 600, 30, 150]) },
)

const runs: fc.Arbitrary<Run> = fc
  .tuple(fc.constantFrom<FileName>('acl', 'acl', 'conf', 'expect'), fc.constantFrom('end', 'first line'), pace)
  .chain(([file, at, delays]) =>
    stepsOf(file).map((steps) => {
      const few = delays.some((delay) => delay > 100) ? steps.slice(0, 4) : steps
      return { file, at, delays, steps: at === 'end' ? few : [{ kind: 'line' }, ...few] }
    }),
  )

/** What stands in the file, worked out from the keys alone. */
class Draft {
  text: string
  at: number
  /** Every text that stood here. */
  readonly seen = new Set<string>()

  constructor(text: string, at: number) {
    this.text = text
    this.at = at
    this.seen.add(text)
  }

  write(text: string): void {
    for (const character of text) {
      this.text = this.text.slice(0, this.at) + character + this.text.slice(this.at)
      this.at += character.length
      this.seen.add(this.text)
    }
  }
}

class Player {
  readonly #typist: Typist
  readonly #draft: Draft
  readonly #delays: readonly number[]
  #next = 0

  constructor(typist: Typist, draft: Draft, delays: readonly number[]) {
    this.#typist = typist
    this.#draft = draft
    this.#delays = delays
  }

  get #delay(): number {
    return this.#delays[this.#next++ % this.#delays.length] ?? 0
  }

  async #type(text: string): Promise<void> {
    const [delay = 0, ...others] = this.#delays
    if (others.length === 0) await this.#typist.type(text, delay)
    else for (const character of text) await this.#typist.type(character, this.#delay)
    this.#draft.write(text)
  }

  async do(step: Step): Promise<void> {
    const typist = this.#typist
    const draft = this.#draft
    switch (step.kind) {
      case 'type':
        return this.#type(step.text)
      case 'line':
        await typist.press('Escape', this.#delay)
        await typist.press('Enter', this.#delay)
        return draft.write('\n')
      case 'pause':
        return typist.wait(step.milliseconds)
      case 'complete': {
        await this.#type(step.typed)
        await typist.completions()
        await typist.press(step.key, this.#delay)
        const rest = step.word.slice(step.typed.length)
        if (step.key === 'Escape') await this.#type(rest)
        else draft.write(rest)
        return
      }
      case 'compose':
        await typist.compose(step.steps, step.result, this.#delay)
        for (const composing of step.steps)
          draft.seen.add(draft.text.slice(0, draft.at) + composing + draft.text.slice(draft.at))
        return draft.write(step.result)
      case 'insert': {
        const lineStart = draft.text.lastIndexOf('\n', draft.at - 1) + 1
        const back = Math.max(0, Math.min(step.back, draft.at - lineStart - 1))
        await typist.press('Escape', this.#delay)
        for (let i = 0; i < back; i++) await typist.press('ArrowLeft', this.#delay)
        draft.at -= back
        await this.#type(step.text)
        await typist.press('Escape', this.#delay)
        for (let i = 0; i < back; i++) await typist.press('ArrowRight', this.#delay)
        draft.at += back
        return
      }
      case 'undo':
        return this.#undo(step.times)
    }
  }

  /** Undoing goes back to what stood there before, and redoing forth to what was typed. */
  async #undo(times: number): Promise<void> {
    const typist = this.#typist
    const draft = this.#draft
    await typist.press('Escape', this.#delay)
    let undone = 0
    for (const [first] = draft.seen; undone < times && (await typist.content()).text !== first; undone++) {
      await typist.press('Control+z', this.#delay)
      expect([...draft.seen]).toContain((await typist.content()).text)
    }
    for (let i = 0; i < undone; i++) await typist.press('Control+y', this.#delay)
    const { text, head } = await typist.content()
    expect(text).toBe(draft.text)
    draft.at = head
  }
}

async function play(typist: Typist, before: string, { file, at, delays, steps }: Run): Promise<void> {
  const draft = new Draft(before, at === 'end' ? before.length : (before + '\n').indexOf('\n'))
  await typist.start(file, before, draft.at)
  const player = new Player(typist, draft, delays)
  for (const step of steps) await player.do(step)
  const { text, drawn, head } = await typist.content()
  expect(text).toBe(draft.text)
  expect(drawn).toBe(draft.text)
  expect(head).toBe(draft.at)
}

const filled: Readonly<Record<FileName, string>> = {
  acl: 'user default on nopass ~* +@all\nuser app on #c71e41636af841badcc444673d3f03a0456e73c606e5d25f2b930ed28f9b2061 ~app:* +keys +get +get\n',
  conf: 'aclfile /etc/redis/users.acl\nrequirepass foobared\n',
  expect: 'app can GET app:1\napp can GET secret:1\n',
}

test(
  'what is typed is what stands in the file, at any speed',
  { timeout: 600_000 * Math.max(1, RUNS / 500) },
  async () => {
    const seed = Number(process.env.FC_SEED)
    await Promise.all(
      Array.from({ length: PAGES }, async (_, i) => {
        const blank = i % 2 === 0
        const typist = await Typist.open(site, blank ? '#new' : '')
        await fc.assert(
          fc.asyncProperty(runs, (run) => play(typist, blank ? '' : filled[run.file], run)),
          { seed: seed + i, numRuns: Math.ceil(RUNS / PAGES), endOnFailure: true },
        )
      }),
    )
  },
)
