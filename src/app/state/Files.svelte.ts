import { type Bytes, TextConverter, toText } from '../../acl/bytes'
import type { Diagnostic } from '../../analysis/diagnostic'
import type { refusals } from '../../analysis/refusals'
import type { FileProblem, FileStore } from '../../server/types'
import type { Target } from '../../targets/target'
import type { WorkspaceFiles } from '../../workspace/state'
import type { Before } from '../../workspace/before'
import { typedWords } from './words'

/** The path of redis.conf on the simulated server. */
export const confPath = '/etc/redis/redis.conf'

/** The result of the last ACL LOAD, or of the start. */
export type FileState =
  | { readonly kind: 'loaded' }
  /** The server keeps the rules it had. */
  | { readonly kind: 'refused'; readonly message: string; readonly crash: boolean }

/** A server's refusal of a file. */
interface Refused {
  readonly message: Bytes
  readonly crash: boolean
  readonly problems: readonly FileProblem[]
}

/** Makes diagnostics of a server's errors; null until it is loaded. */
let diagnose: typeof refusals | null = null

/** Loads what makes diagnostics of a server's errors. Rejects where it cannot be loaded. */
export async function loadRefusals(): Promise<typeof refusals> {
  diagnose ??= (await import('../../analysis/refusals')).refusals
  return diagnose
}

/** The server's errors that are shown in a file, and the characters that are shown of its message. */
const most = { errors: 500, message: 5_000 } as const

/** Returns the text with the line ends of the editors, to which places in the files refer. */
const withPlainLineEnds = (text: string): string => text.replace(/\r\n?/g, '\n')

/** A file's text, which its editor writes and others replace, and the server's errors in it. */
class TextFile {
  #text = $state.raw('')
  #revision = $state(0)
  readonly #converter = new TextConverter()
  /** The server's errors in the text. */
  errors = $state.raw<readonly Diagnostic[]>([])

  get text(): string {
    return this.#text
  }

  /** The text as the server reads it. */
  get bytes(): Bytes {
    return this.#converter.fromText(this.#text)
  }

  /** Counts the texts that did not come from the editor. */
  get revision(): number {
    return this.#revision
  }

  /** Stores the editor's text. */
  edit(text: string): void {
    this.#text = text
  }

  /** Stores another text, which the editor shows then. */
  replace(text: string): void {
    this.#text = text
    this.#revision++
  }
}

/** Returns the path of the last aclfile directive of a redis.conf; null where there is none. */
function aclPath(conf: string): Bytes | null {
  const lines = conf.split('\n').flatMap((line) => (/^\s*aclfile\s/i.test(line) ? [typedWords(line)] : []))
  return lines.at(-1)?.[1]?.text ?? null
}

/** The edited files, the server's errors in them, and the versions of users.acl to compare with. */
export class Files {
  readonly acl = new TextFile()
  readonly conf = new TextFile()
  /** users.expect */
  readonly expect = new TextFile()
  #opened = $state.raw('')
  #baseline = $state.raw('')
  #startedConf = $state.raw('')
  #state = $state.raw<FileState>({ kind: 'loaded' })

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

  /** True where redis.conf was edited since the server started. */
  get confChanged(): boolean {
    return this.conf.text !== this.#startedConf
  }

  /** redis.conf as the server started with it. */
  get startedConf(): string {
    return this.#startedConf
  }

  /** Replaces all files. `before`: the versions to compare with, where users.acl was not just opened. */
  open(files: WorkspaceFiles, before: Before | null): void {
    this.acl.replace(withPlainLineEnds(files.acl))
    this.conf.replace(withPlainLineEnds(files.conf))
    this.expect.replace(withPlainLineEnds(files.expect ?? ''))
    this.#opened = withPlainLineEnds(before?.opened ?? files.acl)
    this.#baseline = withPlainLineEnds(before?.chosen ?? this.#opened)
  }

  /** The texts, as a workspace holds them. */
  snapshot(): WorkspaceFiles {
    const expect = this.expect.text
    return { acl: this.acl.text, conf: this.conf.text, ...(expect !== '' && { expect }) }
  }

  /** The server loaded the ACL file. */
  accepted(): void {
    this.#state = { kind: 'loaded' }
    this.acl.errors = []
  }

  /** The server started on these files. */
  started(): void {
    this.accepted()
    this.conf.errors = []
    this.#startedConf = this.conf.text
  }

  /** The server refused the ACL file on ACL LOAD, or (`all`) the files at the start. */
  refused(refused: Refused, target: Target, all: boolean): void {
    const state: FileState = {
      kind: 'refused',
      message: toText(refused.message.slice(0, most.message)),
      crash: refused.crash,
    }
    this.#state = state
    if (diagnose !== null) return this.#point(refused, target, all, diagnose)
    const isCurrent = (): boolean => this.#state === state
    loadRefusals().then(
      (loaded) => isCurrent() && this.#point(refused, target, all, loaded),
      // The server's message is shown without places in the files.
      () => undefined,
    )
  }

  /** Shows where in the files the errors are. */
  #point({ problems }: Refused, target: Target, all: boolean, find: typeof refusals): void {
    const diagnostics = (text: string, source: 'users.acl' | 'redis.conf'): readonly Diagnostic[] =>
      find(
        problems.filter(({ span }) => (span?.source ?? source) === source),
        text,
        target,
        most.errors,
      )
    this.acl.errors = diagnostics(this.acl.text, 'users.acl')
    if (all) this.conf.errors = diagnostics(this.conf.text, 'redis.conf')
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
      read: (path) => (isConf(path) ? this.conf.bytes : isAcl(path) ? this.acl.bytes : null),
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
