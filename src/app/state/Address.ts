import type { View, ViewHost } from '../shell/views'

/** The parts of the browser's address bar in use. */
export interface AddressBar {
  readonly hash: string
  /** Shows another hash; an empty one removes it. `push` adds an entry to the history of the Back button. */
  show(hash: string, mode: 'push' | 'replace'): void
}

/** The link behind the page, to which the address returns where no view is open. */
export interface BaseLink {
  /** The hash of the link that was opened last; empty where there is none. */
  readonly own: string
  /** The same while the link still opens what is in view; else empty. */
  readonly address: string
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

/** Keeps the address bar and the open views in step. Links (`#v1.…`) that were not opened yet, and other hashes, are left alone. */
export class Address {
  readonly #app: ViewHost
  readonly #views: readonly View[]
  readonly #base: BaseLink
  readonly #bar: AddressBar

  constructor(app: ViewHost, views: readonly View[], base: BaseLink, bar: AddressBar = pageAddress) {
    this.#app = app
    this.#views = views
    this.#base = base
    this.#bar = bar
  }

  /** The address of the view on top, such as `#learn/keys`; where none is open, the link of the workspace, or empty. */
  get shown(): string {
    return this.#view || this.#base.address
  }

  get #view(): string {
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
    const { own, address } = this.#base
    // Back to the link, which may have been edited since.
    const isBack = hash === own && (own === address || this.#view !== '')
    if (named === null && hash !== '' && !isBack) return false
    for (const view of this.#views) {
      const stays = view === named?.view || (view.layer === 'beside' && named?.view.layer === 'over')
      if (!stays && view.shown(this.#app) !== null) view.close(this.#app)
    }
    if (named !== null && named.view.shown(this.#app) !== named.rest) named.view.open(this.#app, named.rest)
    return true
  }

  /** Writes the address of the view on top, or else of the workspace's link, into the address bar. */
  write(mode: 'push' | 'replace'): void {
    const { shown } = this
    const { hash } = this.#bar
    const wasView = this.#parse(hash) !== null
    if (shown === hash || (shown === '' && !wasView && hash !== this.#base.own)) return
    this.#bar.show(shown, wasView || this.#view !== '' ? mode : 'replace')
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
