import { Engine } from './engine'
import type { FromEngine, ToEngine } from './protocol'

/** The part of the worker's global scope in use; the DOM types only describe a page's. */
interface Scope {
  onmessage: ((event: MessageEvent<ToEngine>) => void) | null
  postMessage(answer: FromEngine): void
}
const scope = self as unknown as Scope

const waiting: (() => void)[] = []
const channel = new MessageChannel()
channel.port1.onmessage = () => waiting.shift()?.()

/** A timer would wait for some milliseconds each time. */
function breath(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve)
    channel.port2.postMessage(null)
  })
}

const now = (): number => performance.timeOrigin + performance.now()
const engine = new Engine({ now, breath }, (answer) => scope.postMessage(answer))
scope.onmessage = ({ data }) => engine.hear(data)
