import type { Target } from '../targets/target'
import type { Job } from './job'
import * as diagnostics from './jobs/diagnostics'
import type { Inputs, Kind, Results } from './protocol'

/** The function that answers a question from its input, the job's pauses, and the targets that it names. */
type Answer<K extends Kind> = (input: Inputs[K], job: Job<K>, targets: readonly Target[]) => Promise<Results[K]>

/** The modules of the files' diagnostics are loaded with the host, the rest when it is asked for. */
export const answers: { readonly [K in Kind]: Answer<K> } = {
  check: diagnostics.check,
  fix: diagnostics.fix,
  checklist: async (...args) => (await import('./jobs/checklist')).checklist(...args),
  coverage: async (...args) => (await import('./jobs/coverage')).coverage(...args),
  compare: async (...args) => (await import('./jobs/compare')).compare(...args),
  upgrade: async (...args) => (await import('./jobs/compare')).upgrade(...args),
  'extract-roles': async (...args) => (await import('./jobs/roles')).extract(...args),
  'expand-roles': async (...args) => (await import('./jobs/roles')).expand(...args),
  simplify: async (...args) => (await import('./jobs/simplify')).simplify(...args),
  'sentence-fix': async (...args) => (await import('./jobs/sentence-fix')).fixSentence(...args),
  ask: async (...args) => (await import('./jobs/ask')).ask(...args),
  sentences: async (...args) => (await import('./jobs/sentences')).sentences(...args),
  pattern: async (...args) => (await import('./jobs/pattern')).reachOfPattern(...args),
  export: async (...args) => (await import('./jobs/export')).exported(...args),
  import: async (...args) => (await import('./jobs/import')).imported(...args),
  link: async (input) => (await import('./jobs/share')).link(input),
  file: async (input) => (await import('./jobs/share')).file(input),
  grade: async (...args) => (await import('./jobs/grade')).graded(...args),
  shorten: async (...args) => (await import('./jobs/grade')).shortened(...args),
}
