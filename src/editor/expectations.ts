import { RangeSet, StateEffect, StateField, type Extension, type Range, type Text } from '@codemirror/state'
import {
  Decoration,
  EditorView,
  GutterMarker,
  ViewPlugin,
  gutter,
  type DecorationSet,
  type ViewUpdate,
} from '@codemirror/view'
import type { Expectation, PolicyExpectation } from '../analysis/expectations/expectation'
import { parseExpectation } from '../analysis/expectations/parse'
import { completeExpectation } from './complete-expectation'
import { explainExpectationOnHover } from './hover'
import { type FileEditorOptions, fileBasics } from './setup'

/** The result of a line, for the gutter. */
export interface LineResult {
  /** The line number, from 1. */
  readonly line: number
  /** `waiting`: it was not checked so far. */
  readonly state: 'holds' | 'fails' | 'invalid' | 'unread' | 'waiting'
  readonly message: string
  /** The line's subcommand, keys and channels, with offsets in the whole text in UTF-16 units. */
  readonly words: readonly { readonly from: number; readonly to: number; readonly kind: 'cmd' | 'key' | 'chan' }[]
  /** True where the rules have changed since, and it is checked again. */
  readonly isStale?: boolean
}

export interface ExpectationEditorOptions extends FileEditorOptions {
  /** Called when a result in the gutter was clicked. */
  readonly open: (line: number) => void
}

const mark = (kind: string): Decoration => Decoration.mark({ class: `cm-word-${kind}` })
const marks = {
  user: mark('user'),
  cmd: mark('cmd'),
  flag: mark('flag'),
  neg: mark('neg'),
  comment: mark('comment'),
  key: mark('key'),
  chan: mark('chan'),
}

/** Returns the coloured words of a line. */
export function coloursOf(line: string, from: number): readonly Range<Decoration>[] {
  if (/^\s*#/.test(line)) return [marks.comment.range(from, from + line.length)]
  const read = parseExpectation(line, { line: 1, from })
  if (read === null) return []
  return 'message' in read ? unfinished(line, from) : sentence(read, line, from)
}

/** Returns the colours of an incomplete line: its user and verb. */
function unfinished(line: string, from: number): readonly Range<Decoration>[] {
  const start = /^(\s*)(\S+)(?:(\s+)(can|cannot)(?=\s|$))?/.exec(line)
  if (start === null) return []
  const [, indent = '', user = '', gap = '', verb = ''] = start
  const userAt = from + indent.length
  const verbAt = userAt + user.length + gap.length
  const ranges = [marks.user.range(userAt, userAt + user.length)]
  return verb === '' ? ranges : [...ranges, verbMark(verb).range(verbAt, verbAt + verb.length)]
}

const verbMark = (verb: string): Decoration => (verb === 'cannot' ? marks.neg : marks.flag)

function sentence(expectation: Expectation, line: string, from: number): readonly Range<Decoration>[] {
  const { places, verb } = expectation
  const words = line.slice(places.action.from - from, places.action.to - from)
  if (expectation.kind === 'policy') return policy(expectation, words, line, from)
  const { action } = expectation
  const name = action.kind === 'log-in' ? words.length : (/^\S+/.exec(words)?.[0].length ?? 0)
  const ranges = [
    marks.user.range(places.user.from, places.user.to),
    verbMark(verb).range(places.verb.from, places.verb.to),
    marks.cmd.range(places.action.from, places.action.from + name),
  ]
  const end = from + line.trimEnd().length
  if (places.action.to < end) ranges.push(marks.flag.range(places.action.to, end))
  return ranges
}

const colourOf: Readonly<Record<PolicyExpectation['access']['kind'], keyof typeof marks>> = {
  run: 'cmd',
  channels: 'chan',
  become: 'user',
  keys: 'key',
  reach: 'key',
  databases: 'key',
  'log-in': 'key',
}

/** The colours of a policy statement: its users, its verbs, and the commands, patterns and numbers of its access. */
function policy(
  { places, verb, access }: PolicyExpectation,
  words: string,
  line: string,
  from: number,
): readonly Range<Decoration>[] {
  const ranges = [
    marks.user.range(places.user.from, places.user.to),
    verbMark(verb).range(places.verb.from, places.verb.to),
  ]
  let now: keyof typeof marks = colourOf[access.kind]
  const lead = access.kind === 'run' || access.kind === 'become' ? 1 : access.kind === 'log-in' ? Infinity : 2
  let index = 0
  for (const { 0: word, index: at } of words.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\S+/g)) {
    const isOn = now === 'cmd' && index > 0 && word === 'on'
    if (isOn) now = 'flag'
    const kind = index < lead || now === 'flag' ? 'flag' : now
    ranges.push(marks[kind].range(places.action.from + at, places.action.from + at + word.length))
    if (now === 'flag' && word === 'keys') now = 'key'
    index++
  }
  const end = from + line.trimEnd().length
  if (places.action.to < end) ranges.push(marks.flag.range(places.action.to, end))
  return ranges
}

const colours = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet
    constructor(view: EditorView) {
      this.decorations = this.#visible(view)
    }
    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged) this.decorations = this.#visible(update.view)
    }
    #visible(view: EditorView): DecorationSet {
      const ranges: Range<Decoration>[] = []
      for (const { from, to } of view.visibleRanges) {
        for (let at = from; at <= to;) {
          const line = view.state.doc.lineAt(at)
          ranges.push(...coloursOf(line.text, line.from))
          at = line.to + 1
        }
      }
      return Decoration.set(ranges, true)
    }
  },
  { decorations: (plugin) => plugin.decorations },
)

class Result extends GutterMarker {
  constructor(readonly result: LineResult) {
    super()
  }
  override eq(other: Result): boolean {
    const { state, message, isStale } = this.result
    return other.result.state === state && other.result.message === message && other.result.isStale === isStale
  }
  override toDOM(): HTMLElement {
    const node = document.createElement('span')
    const { state, message, isStale = false } = this.result
    node.className = `cm-result cm-result-${state}${isStale ? ' cm-result-stale' : ''}`
    node.textContent = { holds: '✓', fails: '✕', invalid: '?', unread: '!', waiting: '…' }[state]
    node.title = isStale ? `Checking again. Before the last change: ${message}` : message
    return node
  }
}

interface Shown {
  readonly gutter: RangeSet<GutterMarker>
  readonly words: DecorationSet
}

const setResults = StateEffect.define<readonly LineResult[]>()

function shownOf(doc: Text, results: readonly LineResult[]): Shown {
  const there = results.filter(({ line }) => line <= doc.lines)
  const words = there.flatMap((result) =>
    result.words
      .filter(({ from, to }) => from < to && to <= doc.length)
      .map(({ from, to, kind }) => marks[kind].range(from, to)),
  )
  return {
    gutter: RangeSet.of(
      there.map((result) => new Result(result).range(doc.line(result.line).from)),
      true,
    ),
    words: Decoration.set(words, true),
  }
}

const results = StateField.define<Shown>({
  create: () => ({ gutter: RangeSet.of<GutterMarker>([]), words: Decoration.none }),
  update(value, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(setResults)) return shownOf(transaction.newDoc, effect.value)
    return transaction.docChanged
      ? { gutter: value.gutter.map(transaction.changes), words: value.words.map(transaction.changes) }
      : value
  },
  provide: (field) => EditorView.decorations.from(field, ({ words }) => words),
})

/** Shows each line's result in the gutter, and colours its keys and channels. Replaces the previous results. */
export function showResults(view: EditorView, lines: readonly LineResult[]): void {
  view.dispatch({ effects: setResults.of(lines) })
}

/** The extensions of an editor of users.expect. Update it with `showResults` and `showDiagnostics`. */
export function expectationEditor(options: ExpectationEditorOptions): Extension {
  return [
    fileBasics(completeExpectation(options.world), options),
    colours,
    explainExpectationOnHover(options.world),
    results,
    gutter({
      class: 'cm-results',
      markers: (view) => view.state.field(results).gutter,
      initialSpacer: () => new Result({ line: 0, state: 'holds', message: '', words: [] }),
      domEventHandlers: {
        click: (view, block) => {
          options.open(view.state.doc.lineAt(block.from).number)
          return true
        },
      },
    }),
  ]
}
