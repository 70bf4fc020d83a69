import type { Target } from '../../targets/target'
import { unpackTarget } from '../../targets/unpack'
import { Dropped, Job } from './job'
import * as diagnostics from './jobs/diagnostics'
import type { FromWorker, Inputs, Kind, News, Request, Results, TargetReference, ToWorker } from './protocol'

/** The part of the worker's global scope in use; the DOM types only describe a page's. */
interface Scope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
  postMessage(answer: FromWorker): void
}
const scope = self as unknown as Scope

/** A question as it is answered: the input, the targets that it names, and the job's pauses. */
type Answer<K extends Kind> = (input: Inputs[K], job: Job<K>, targets: readonly Target[]) => Promise<Results[K]>

/** The modules of the files' diagnostics are loaded with the worker, the rest when it is asked for. */
const answers: { readonly [K in Kind]: Answer<K> } = {
  check: diagnostics.check,
  fix: diagnostics.fix,
  checklist: async (...args) => (await import('./jobs/checklist')).checklist(...args),
  coverage: async (...args) => (await import('./jobs/coverage')).coverage(...args),
  compare: async (...args) => (await import('./jobs/compare')).compare(...args),
  upgrade: async (...args) => (await import('./jobs/compare')).upgrade(...args),
  simplify: async (...args) => (await import('./jobs/simplify')).simplify(...args),
  'sentence-fix': async (...args) => (await import('./jobs/sentence-fix')).fixSentence(...args),
  ask: async (...args) => (await import('./jobs/ask')).ask(...args),
  sentences: async (...args) => (await import('./jobs/sentences')).sentences(...args),
  export: async (...args) => (await import('./jobs/export')).exported(...args),
  import: async (...args) => (await import('./jobs/import')).imported(...args),
  link: async (input) => (await import('./jobs/share')).link(input),
  file: async (input) => (await import('./jobs/share')).file(input),
}

const targets = new Map<string, Target>()
const jobs = new Map<number, Job>()

function targetOf({ key, stored }: TargetReference): Target {
  if (stored !== undefined) targets.set(key, unpackTarget(stored.id, stored.tables))
  const target = targets.get(key)
  if (target === undefined) throw new Error('The first request names its target.')
  return target
}

async function answer<K extends Kind>({ id, kind, input, targets: references }: Request<K>): Promise<void> {
  const post = (news: News): void => scope.postMessage({ id, ...news })
  const job = new Job<K>(id, post)
  jobs.set(id, job)
  try {
    const known = references.map(targetOf)
    await job.begin()
    post({ kind: 'done', result: await answers[kind](input, job, known) })
  } catch (error) {
    post({ kind: error instanceof Dropped ? 'dropped' : 'failed' })
  }
  jobs.delete(id)
}

scope.onmessage = ({ data }) => {
  if ('cancel' in data) jobs.get(data.cancel)?.drop()
  else void answer(data)
}
