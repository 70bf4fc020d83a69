import { type Bytes, fromText, toText } from '../../acl/bytes'
import type { Finding } from '../../analysis/finding'
import { refusals } from '../../analysis/refusals'
import type { FileProblem, FileStore } from '../../server/types'
import type { Target } from '../../targets/target'
import type { WorkspaceFiles } from '../../workspace/state'
import type { Before } from '../../workspace/before'
import { typedWords } from './words'

/** Where the page's redis.conf lies on the simulated server. */
export const confPath = '/etc/redis/redis.conf'

/** What became of the ACL file. */
export type FileState =
  | { readonly kind: 'loaded' }
  /** The server keeps the rules it had. */
  | { readonly kind: 'refused'; readonly message: string; readonly crash: boolean }

/** What a server has against a file. */
interface Refused {
  readonly message: Bytes
  readonly crash: boolean
  readonly problems: readonly FileProblem[]
}

/** Editors know one kind of line end, to which places in the files refer. */
const withPlainLineEnds = (text: string): string => text.replace(/\r\n?/g, '\n')

/** A file's text. Its editor writes it, and takes over what others write. */
class TextFile {
  #text = $state.raw('')
  #revision = $state(0)

  get text(): string {
    return this.#text
  }

  /** Goes up when somebody else than the editor wrote. */
  get revision(): number {
    return this.#revision
  }

  /** Takes the text as its editor has it. */
  edit(text: string): void {
    this.#text = text
  }

  /** Writes another text, which the editor takes over. */
  replace(text: string): void {
    this.#text = text
    this.#revision++
  }
}

/** The path that the last aclfile directive of a redis.conf gives; null where there is none. */
function aclPath(conf: string): Bytes | null {
  const lines = conf.split('\n').flatMap((line) => (/^\s*aclfile\s/i.test(line) ? [typedWords(line)] : []))
  return lines.at(-1)?.[1]?.text ?? null
}

/** The files that are edited, what the server found wrong with them, and the versions of users.acl to compare with. */
export class Files {
  readonly acl = new TextFile()
  readonly conf = new TextFile()
  /** users.expect */
  readonly expect = new TextFile()
  #opened = $state.raw('')
  #baseline = $state.raw('')
  #startedConf = $state.raw('')
  #state = $state.raw<FileState>({ kind: 'loaded' })
  #aclFindings = $state.raw<readonly Finding[]>([])
  #confFindings = $state.raw<readonly Finding[]>([])

  /** users.acl as it was when the workspace was opened. */
  get opened(): string {
    return this.#opened
  }

  /** The version of users.acl that it is compared with: as it was opened, unless another was chosen. */
  get baseline(): string {
    return this.#baseline
  }
  set baseline(text: string) {
    this.#baseline = withPlainLineEnds(text)
  }

  get state(): FileState {
    return this.#state
  }
  get aclFindings(): readonly Finding[] {
    return this.#aclFindings
  }
  get confFindings(): readonly Finding[] {
    return this.#confFindings
  }

  /** redis.conf was edited since the server started. */
  get confChanged(): boolean {
    return this.conf.text !== this.#startedConf
  }

  /** Puts other files in place of these. `before`: the versions to compare with, where users.acl is not one just opened. */
  open(files: WorkspaceFiles, before: Before | null): void {
    this.acl.replace(withPlainLineEnds(files.acl))
    this.conf.replace(withPlainLineEnds(files.conf))
    this.expect.replace(withPlainLineEnds(files.expect ?? ''))
    this.#opened = withPlainLineEnds(before?.opened ?? files.acl)
    this.#baseline = withPlainLineEnds(before?.chosen ?? this.#opened)
  }

  snapshot(): WorkspaceFiles {
    const expect = this.expect.text
    return { acl: this.acl.text, conf: this.conf.text, ...(expect !== '' && { expect }) }
  }

  /** The server took the ACL file. */
  accepted(): void {
    this.#state = { kind: 'loaded' }
    this.#aclFindings = []
  }

  /** The server started on these files. */
  started(): void {
    this.accepted()
    this.#confFindings = []
    this.#startedConf = this.conf.text
  }

  /** The server refuses the ACL file on ACL LOAD, or `all` of it at the start. */
  refused({ message, crash, problems }: Refused, target: Target, all: boolean): void {
    this.#state = { kind: 'refused', message: toText(message), crash }
    const findings = (text: string, source: 'users.acl' | 'redis.conf'): readonly Finding[] =>
      refusals(
        problems.filter(({ span }) => (span?.source ?? source) === source),
        text,
        target,
      )
    this.#aclFindings = findings(this.acl.text, 'users.acl')
    if (all) this.#confFindings = findings(this.conf.text, 'redis.conf')
  }

  /**
   * The files as a server reads and writes them: redis.conf and the one ACL file that it names.
   * @param running the path of the running server's aclfile; null where none runs
   * @param saved called after the server wrote the ACL file
   */
  store(running: () => Bytes | null, saved: () => void): FileStore {
    const isConf = (path: string): boolean => path.endsWith('redis.conf')
    const isAcl = (path: string): boolean => path === aclPath(this.conf.text) || path === running()
    return {
      read: (path) => (isConf(path) ? fromText(this.conf.text) : isAcl(path) ? fromText(this.acl.text) : null),
      write: (path, content) => {
        if (isConf(path)) {
          this.conf.replace(toText(content))
          this.#startedConf = this.conf.text
          return
        }
        if (!isAcl(path)) throw new Error('Permission denied')
        this.acl.replace(toText(content))
        this.accepted()
        saved()
      },
    }
  }
}
