#!/usr/bin/env node
import { Command } from 'commander'
import { defaultTargetId, isTargetId, targetInfos } from '../targets/infos'
import { serve, StartRefused } from './serve'
import { readServeArguments } from './serve-arguments'

const program = new Command('acl-playground')
  .description('Tries and checks Redis and Valkey access control lists, without a server.')
  .enablePositionalOptions()

program
  .command('serve')
  .description('runs a simulated server on a TCP port, for redis-cli, clients and tests')
  .usage('[--target <id>] [--modules] [--port <number>] [redis.conf] [--directive value …]')
  .argument('[words...]', 'a redis.conf (or - for standard input), then directives as --name value, as redis-server takes them')
  .option('--target <id>', `the release to simulate: ${targetInfos.map((info) => info.id).join(', ')}`, defaultTargetId)
  .option('--port <number>', 'the TCP port to listen on, whatever redis.conf says')
  .option('--modules', 'with the modules bundled with Redis 8', false)
  .allowUnknownOption()
  .action(async (_words: string[], options: { target: string; modules: boolean; port?: string }, command: Command) => {
    if (!isTargetId(options.target)) command.error(`There is no target ${options.target}. Choose one of: ${targetInfos.map((info) => info.id).join(', ')}`)
    else {
      const words = readServeArguments(command.args, options.port === undefined ? [] : [['port', options.port]])
      const stop = (): void => void serving.stop().then(() => process.exit(0))
      const serving = await serve({ target: options.target, modules: options.modules, ...words, log: (line) => console.log(line), onShutdown: stop })
      process.once('SIGINT', stop).once('SIGTERM', stop)
    }
  })

try {
  await program.parseAsync()
} catch (reason) {
  console.error(reason instanceof StartRefused ? reason.message : `Error: ${reason instanceof Error ? reason.message : String(reason)}`)
  process.exit(1)
}
