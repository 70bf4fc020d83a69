import { CommandError, OK, simple, type Reply } from '../../resp/reply'
import type { Handler, HandlerTable } from '../handler'
import type { Counting, Release, Saving } from '../parts'
import { syntaxError } from './arguments'

type SavingParts = Counting & Release & Saving

const IN_PROGRESS = 'ERR Background save already in progress'

/** SAVE: nothing is written. */
const save: Handler<SavingParts> = (_, { saves, statistics }) => {
  if (saves.running === 'snapshot') throw new CommandError(IN_PROGRESS)
  saves.save()
  statistics.snapshots++
  return OK
}

/** BGSAVE CANCEL (Valkey 8.1). */
function cancel({ saves }: Saving): Reply {
  if (saves.running === 'snapshot') {
    saves.cancel()
    return simple('Background saving cancelled')
  }
  if (saves.unschedule('snapshot')) return simple('Scheduled background saving cancelled')
  throw new CommandError('ERR Background saving is currently not in progress or scheduled')
}

/** BGSAVE [SCHEDULE | CANCEL] (rdb.c, bgsaveCommand). */
const bgsave: Handler<SavingParts> = ({ args, context }, server) => {
  const { saves, target } = server
  if (args.count === 2 && args.is(1, 'cancel') && target.behaviours.cancelsSaves) return cancel(server)
  if (args.count > 2 || (args.count === 2 && !args.is(1, 'schedule'))) throw syntaxError()
  if (saves.running === 'snapshot') throw new CommandError(IN_PROGRESS)
  const waits = context === 'multi' && target.behaviours.savesAfterExec
  if (saves.running === null && !waits) {
    saves.start('snapshot')
    return simple('Background saving started')
  }
  if (args.count === 1 && !waits)
    throw new CommandError(
      "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.",
    )
  saves.schedule('snapshot')
  return simple('Background saving scheduled')
}

/** BGREWRITEAOF (aof.c, bgrewriteaofCommand). */
const bgrewriteaof: Handler<SavingParts> = ({ context }, { saves, target }) => {
  if (saves.running === 'append-only file')
    throw new CommandError('ERR Background append only file rewriting already in progress')
  if (saves.running !== null || (context === 'multi' && target.behaviours.savesAfterExec)) {
    saves.schedule('append-only file')
    return simple('Background append only file rewriting scheduled')
  }
  saves.start('append-only file')
  return simple('Background append only file rewriting started')
}

/** The commands that save the data: they answer as a server's do, and write no file. */
export const savingCommands: HandlerTable<SavingParts> = {
  save,
  bgsave,
  bgrewriteaof,
  lastsave: (_, { saves }) => Math.floor(saves.lastAt / 1000),
}
