import type { View, ViewHost } from '../shell/views'

/** The parts of the browser's address bar in use. */
export interface AddressBar {
  readonly hash: string
  /** Shows another hash; an empty one removes it. `push` adds an entry to the history of the Back button. */
  show(hash: string, mode: 'push' | 'replace'): void
}

/** The address bar of the page. */
const pageAddress: AddressBar = {
  get hash() {
    return location.hash
  },
  show(hash, mode) {
    history[mode === 'push' ? 'pushState' : 'replaceState'](null, '', location.pathname + location.search + hash)
  },
}

/**
 * Returns the whole address of a view, for links to it: accessibility checkers take a hash alone for a part of the page.
 * @param hash such as `#learn/keys`
 */
export function hrefOf(hash: string): string {
  return location.href.replace(/#.*/s, '') + hash
}

/** Keeps the address bar and the open views in step. Links (`#v1.…`) and other hashes are left alone. */
export class Address {
  readonly #app: ViewHost
  readonly #views: readonly View[]
  readonly #bar: AddressBar

  constructor(app: ViewHost, views: readonly View[], bar: AddressBar = pageAddress) {
    this.#app = app
    this.#views = views
    this.#bar = bar
  }

  /** The address of the view on top, such as `#learn/keys`; empty where none is open. */
  get shown(): string {
    for (const layer of ['over', 'beside'])
      for (const view of this.#views) {
        const rest = view.layer === layer ? view.shown(this.#app) : null
        if (rest !== null) return `#${view.name}${rest === '' ? '' : `/${encodeURI(rest)}`}`
      }
    return ''
  }

  /**
   * Opens the view that the address bar names, and closes those that it replaces.
   * @returns false where it names none: a link, for example
   */
  follow(): boolean {
    const { hash } = this.#bar
    const named = this.#parse(hash)
    if (named === null && hash !== '') return false
    for (const view of this.#views) {
      const stays = view === named?.view || (view.layer === 'beside' && named?.view.layer === 'over')
      if (!stays && view.shown(this.#app) !== null) view.close(this.#app)
    }
    if (named !== null && named.view.shown(this.#app) !== named.rest) named.view.open(this.#app, named.rest)
    return true
  }

  /** Writes the address of the view on top into the address bar. */
  write(mode: 'push' | 'replace'): void {
    const { shown } = this
    const { hash } = this.#bar
    if (shown !== hash && (shown !== '' || this.#parse(hash) !== null)) this.#bar.show(shown, mode)
  }

  #parse(hash: string): { readonly view: View; readonly rest: string } | null {
    const [, name, rest = ''] = /^#([a-z]+)(?:\/([^]*))?$/.exec(hash) ?? []
    const view = this.#views.find((one) => one.name === name)
    if (view === undefined) return null
    try {
      return { view, rest: decodeURI(rest) }
    } catch {
      return { view, rest: '' }
    }
  }
}
