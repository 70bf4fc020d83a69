/**
 * Adds one job to a queue and works on it, as an application does; prints the job's result, or the first refusal, and
 * ends. A process of its own, since a worker that is refused tries again for ever. Usage: node bullmq-job.mjs PORT USER
 */
import { writeSync } from 'node:fs'
import { Queue, Worker } from 'bullmq'

const [port, username] = process.argv.slice(2)
const connection = { host: '127.0.0.1', port: Number(port), username, password: 'pw', maxRetriesPerRequest: null }

function say(text) {
  // Written at once: a worker that is refused may leave no room for anything that waits its turn.
  writeSync(1, text)
  process.exit()
}

const refused = (problem) => {
  if (/NOPERM|ACL failure/.test(problem.message)) say(problem.message)
}
const queue = new Queue('mail', { connection })
queue.on('error', refused)
const worker = new Worker('mail', async (job) => `sent to ${job.data.to}`, { connection })
worker.on('error', refused)
worker.on('completed', (job, result) => say(`${job.name}: ${result}`))
queue.add('welcome', { to: 'ada' }).catch(refused)
