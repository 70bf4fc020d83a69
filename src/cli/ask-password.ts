import { createInterface } from 'node:readline/promises'

/** Asks a question on the terminal. Returns null where standard input is no terminal. */
export async function ask(question: string): Promise<string | null> {
  const { stdin: input, stderr: output } = process
  if (!input.isTTY) return null
  const lines = createInterface({ input, output })
  // Ctrl C and Ctrl D are an answer too.
  const given = new Promise<string>((resolve) =>
    lines.once('close', () => resolve('')).once('SIGINT', () => lines.close()),
  )
  try {
    return await Promise.race([lines.question(question), given])
  } finally {
    lines.close()
  }
}

/**
 * Asks for a password on the terminal, without echo. Returns null where standard input is no terminal, or the user gives
 * up (Ctrl C, Ctrl D).
 */
export function askPassword(question: string): Promise<string | null> {
  const { stdin, stderr } = process
  if (!stdin.isTTY) return Promise.resolve(null)
  stderr.write(question)
  stdin.setRawMode(true).setEncoding('utf8').resume()
  return new Promise((resolve) => {
    let typed = ''
    const finish = (answer: string | null): void => {
      stdin.off('data', read).setRawMode(false).pause()
      stderr.write('\n')
      resolve(answer)
    }
    const read = (text: string): void => {
      for (const char of text) {
        if (char === '\r' || char === '\n') return finish(typed)
        if (char === '\x03' || char === '\x04') return finish(null)
        typed = char === '\x7f' || char === '\b' ? [...typed].slice(0, -1).join('') : typed + char
      }
    }
    stdin.on('data', read)
  })
}
