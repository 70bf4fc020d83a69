import { Engine } from './engine'
import type { Environment } from './environment'
import type { Start } from './client'

/** Starts an engine without a worker, for Node and for pages that may not start one. Messages are copied, as a worker's are. */
export function inProcess(environment: Environment): Start {
  return (hear) => {
    let isEnded = false
    const engine = new Engine(environment, (answer) => {
      if (!isEnded) hear(structuredClone(answer))
    })
    return {
      post: (message) => engine.hear(structuredClone(message)),
      end: () => {
        isEnded = true
        engine.end()
      },
    }
  }
}
