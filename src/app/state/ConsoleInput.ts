import { flushSync } from 'svelte'
import { type Bytes, toText } from '../../acl/bytes'
import type { Console } from './Console.svelte'
import type { Dialogs } from './Dialogs.svelte'
import type { Layout } from './Layout.svelte'
import type { Playground } from './Playground.svelte'

/** The console's input: lines come into it and are run from anywhere on the page. */
export class ConsoleInput {
  /** The field; null while it is not drawn. */
  field: { focus(): void } | null = null
  /** Shows the end of the console's transcript. */
  toEnd: (() => void) | null = null
  readonly #playground: Playground
  readonly #layout: Layout
  readonly #dialogs: Dialogs

  constructor(playground: Playground, layout: Layout, dialogs: Dialogs) {
    this.#playground = playground
    this.#layout = layout
    this.#dialogs = dialogs
  }

  focus(): void {
    flushSync(() => (this.#layout.pane = 'console'))
    this.field?.focus()
    requestAnimationFrame(() => this.field?.focus())
  }

  /** Puts a line into the input, for the person to run. */
  put(line: string): void {
    const one = this.#playground.connections.current
    if (one === null) return
    one.draft = line
    this.#dialogs.show(null)
    this.focus()
  }

  /** Puts a line into the input of a connection of this user, opened where there is none, for the person to run. */
  putAs(user: Bytes, line: string): void {
    const { connections } = this.#playground
    const one =
      connections.all.find(({ user: name }) => name === user) ?? connections.open({ kind: 'loopback' }, toText(user))
    connections.active = one.id
    this.put(line)
  }

  /** Runs a line on a connection, and brings that into view. */
  runOn(one: Console, line: string): void {
    const { connections } = this.#playground
    connections.active = one.id
    this.#dialogs.show(null)
    this.focus()
    void connections.run(one, line).then(this.toEnd)
  }

  /** Runs the line in the input. */
  runDraft(): void {
    const { connections } = this.#playground
    const one = connections.current
    if (one === null || one.waiting || one.draft.trim() === '') {
      this.focus()
      return
    }
    const line = one.draft
    one.draft = ''
    void connections.run(one, line)
  }
}
