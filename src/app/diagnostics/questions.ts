import type { ClientSide } from '../../analysis/checklist/types'
import type { Diagnostic } from '../../analysis/diagnostic'
import { Asker, client, Unanswered, type Version } from '../state/engine'
import type { CheckedFile, CoverageOf, ListedCoverage, ListedItem, Subject } from '../../host/subject'

/** The end of a check. */
export type Outcome = 'done' | 'dropped' | Unanswered['reason']

/** The questions about the files that the page asks the worker all the time. Of each, only the newest counts. */
export class Questions {
  readonly #check = new Asker()
  readonly #fix = new Asker()
  readonly #checklist = new Asker()
  readonly #coverage = new Asker()

  constructor() {
    client.warm()
  }

  /** Checks both files; `take` receives the diagnostics of one file at a time. Never rejects. */
  async check(
    target: Version,
    subject: Subject,
    take: (file: CheckedFile, diagnostics: readonly Diagnostic[]) => void,
  ): Promise<Outcome> {
    let parts: Record<CheckedFile, Diagnostic[]> = { acl: [], conf: [] }
    let isDropped = true
    try {
      await this.#check.ask('check', [target], subject, {
        onStart: () => (parts = { acl: [], conf: [] }),
        onPart: ({ file, diagnostics, isLast }) => {
          const all = parts[file]
          for (const diagnostic of diagnostics) all.push(diagnostic)
          if (isLast) take(file, all)
          if (isLast && file === 'conf') isDropped = false
        },
      })
      return isDropped ? 'dropped' : 'done'
    } catch (error) {
      return error instanceof Unanswered ? error.reason : 'failed'
    }
  }

  /** Returns a file with every safe fix applied; null where that failed. */
  fixed(target: Version, subject: Subject, file: CheckedFile): Promise<string | null> {
    return this.#fix.ask('fix', [target], { ...subject, file }).catch(() => null)
  }

  /** Works out the security checklist; null where a newer request took its place. Rejects where that failed. */
  checklist(target: Version, subject: Subject, client: ClientSide): Promise<readonly ListedItem[] | null> {
    return this.#checklist.ask('checklist', [target], { ...subject, client })
  }

  /** Returns which rules of users.acl decisions depended on; null where a newer request took its place. Rejects where that failed. */
  coverage(target: Version, subject: Subject, of: CoverageOf): Promise<ListedCoverage | null> {
    return this.#coverage.ask('coverage', [target], { ...subject, of })
  }
}
