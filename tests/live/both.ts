import type { Connection, Server } from '../../src/server/types'
import { asRecorded } from '../conformance/compare'
import type { Recorded } from '../conformance/recordings'
import type { WireClient } from './wire'

/** A connection to a real server and one to the simulator. */
export class Both {
  /** What the simulator sent, in its order. */
  readonly received: Recorded[] = []
  readonly simulated: Connection

  constructor(
    readonly real: WireClient,
    server: Server,
  ) {
    let connection: Connection | null = null
    connection = server.connect(
      { kind: 'loopback' },
      {
        push: (reply) => this.received.push(asRecorded(reply, connection?.protocol ?? 2)),
        closed: () => this.received.push({ closed: true }),
      },
    )
    this.simulated = connection
  }

  /** Sends a command to the simulator. */
  simulate(argv: readonly string[]): void {
    const hungUp = this.received.length
    const { replies } = this.simulated.send(argv)
    const own = replies.map((reply) => asRecorded(reply, this.simulated.protocol))
    // What the server says before it hangs up comes before that.
    const end = this.received.findIndex(
      (one, i) => i >= hungUp && typeof one === 'object' && one !== null && 'closed' in one,
    )
    this.received.splice(end < 0 ? this.received.length : end, 0, ...own)
  }
}
