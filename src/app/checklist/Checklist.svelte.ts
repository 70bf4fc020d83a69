import { failingItems } from '../../analysis/checklist/failing'
import type { ClientSide } from '../../analysis/checklist/types'
import type { Diagnostics } from '../diagnostics/Diagnostics.svelte'
import type { ListedItem } from '../../host/subject'
import { choiceOf, choose } from '../diagnostics/settings'
import type { Playground } from '../state/Playground.svelte'

const PAUSE = 500

/** The security checklist of the files as they stand, worked out by the worker in pauses of typing. */
export class Checklist {
  #items = $state.raw<readonly ListedItem[]>([])
  #failed = $state(false)
  /** The texts that the items were made from: their fixes fit no others. */
  #of = { acl: '', conf: '' }
  readonly #playground: Playground
  readonly #diagnostics: Diagnostics

  constructor(playground: Playground, diagnostics: Diagnostics) {
    this.#playground = playground
    this.#diagnostics = diagnostics
  }

  /** Empty until it was worked out for the first time. */
  get items(): readonly ListedItem[] {
    return this.#items
  }
  /** True where it could not be worked out for the current files. */
  get failed(): boolean {
    return this.#failed
  }
  /** The number of items that fail, without those about a redis.conf that nobody gave. */
  get failing(): number {
    return failingItems(this.#items, this.#of.conf)
  }
  /** True where the items are about the current files. */
  get current(): boolean {
    return this.#of.acl === this.#playground.files.acl.text && this.#of.conf === this.#playground.files.conf.text
  }

  /** The answers about the client side; null for those not given. */
  get client(): ClientSide {
    const said = (name: string): boolean | null => {
      const answer = choiceOf(this.#playground, `client-side.${name}`)
      return answer === 'yes' ? true : answer === 'no' ? false : null
    }
    const network = choiceOf(this.#playground, 'client-side.network')
    return {
      committed: said('committed'),
      tls: said('tls'),
      secretsManaged: said('secretsManaged'),
      firewall: said('firewall'),
      auditsAclLog: said('auditsAclLog'),
      watchesLog: said('watchesLog'),
      updates: said('updates'),
      sameHost: said('sameHost'),
      network: network === null || network.trim() === '' ? null : network.trim(),
    }
  }

  /** Answers a question about the client side; null takes the answer back. */
  answer(name: keyof ClientSide, answer: string | null): void {
    choose(this.#playground, `client-side.${name}`, answer)
  }

  /** To be read in an effect: works the list out anew after a pause. `soon` for a person who looks at it. */
  follow(soon = false): () => void {
    const { files, host } = this.#playground
    const [acl, conf] = [files.acl.text, files.conf.text]
    const { client } = this
    if (host.target === null) return () => undefined
    const timer = setTimeout(() => void this.#work(acl, conf, client), soon ? 0 : PAUSE)
    return () => clearTimeout(timer)
  }

  async #work(acl: string, conf: string, client: ClientSide): Promise<void> {
    try {
      const items = await this.#diagnostics.ask((questions, target, subject) =>
        questions.checklist(target, subject, client),
      )
      if (items === null) return
      this.#of = { acl, conf }
      this.#items = items
      this.#failed = false
    } catch {
      this.#failed = true
    }
  }
}
