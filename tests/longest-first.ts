import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest by the clock, most of them because they wait. */
const longest = [
  'tests/server/scripting/bombs.test.ts',
  'tests/package/package.test.ts',
  'tests/workspace/course.test.ts',
  'tests/cli/hostile.test.ts',
  'tests/cli/ci-files.test.ts',
  'tests/lsp/server.test.ts',
  'tests/browser/hostile-links.test.ts',
  'tests/browser/help-views.test.ts',
  'tests/browser/views.test.ts',
  'tests/browser/page.test.ts',
  'tests/browser/typing.test.ts',
  'tests/browser/lessons-by-keyboard.test.ts',
  'tests/browser/learn.test.ts',
]

/**
 * Orders the files of a project so that none that takes long is left for the end, when it would have one core for itself:
 * Vitest knows how long they take only where it has run them before.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(specifications)
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = longest.indexOf(relative(this.ctx.config.root, moduleId))
      return at === -1 ? longest.length : at
    }
    return sorted.sort((a, b) => (a.project.name === b.project.name ? rank(a) - rank(b) : 0))
  }
}
