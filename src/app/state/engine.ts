import { Asker as AskerOf, Client, type Start } from '../../host/client'
import type { Environment, Timers } from '../../host/environment'
import { pause } from './pace'

export { Unanswered, type Version } from '../../host/client'

const environment: Environment = { now: () => performance.timeOrigin + performance.now(), breath: pause }

const timers: Timers = {
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds)
    return () => clearTimeout(timer)
  },
}

/** Starts the engine in a worker. */
const inWorker: Start = (hear, broke) => {
  const worker = new Worker(new URL('../../host/engine.worker.ts', import.meta.url), { type: 'module', name: 'engine' })
  worker.onmessage = ({ data }: MessageEvent<Parameters<typeof hear>[0]>) => hear(data)
  // Its script could not be loaded, or it broke.
  worker.onerror = broke
  return { post: (message) => worker.postMessage(message), end: () => worker.terminate() }
}

/** Starts the engine in this thread. */
const here: Start = (hear, broke) => {
  const started = import('../../host/in-process').then(({ inProcess }) => inProcess(environment)(hear, broke))
  started.catch(broke)
  return {
    post: (message) => void started.then((link) => link.post(message)).catch(() => undefined),
    end: () => void started.then((link) => link.end()).catch(() => undefined),
  }
}

/** A frame without an origin may not start workers. */
const start: Start = (hear, broke) => {
  try {
    return inWorker(hear, broke)
  } catch {
    return here(hear, broke)
  }
}

/** The page's side of the engine. */
export const client = new Client(start, timers)

/** Asks the page's engine questions of which only the newest counts. */
export class Asker extends AskerOf {
  constructor() {
    super(client)
  }
}
