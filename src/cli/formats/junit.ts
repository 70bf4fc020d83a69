/** A test case of a JUnit report. */
export interface Case {
  readonly name: string
  readonly outcome: 'passed' | 'failure' | 'error'
  /** A single line. */
  readonly message: string
  /** The complete text of the failure. */
  readonly details: string
}

export interface Suite {
  readonly name: string
  /** The start time, in Unix milliseconds. */
  readonly at: number
  /** The duration, in seconds. */
  readonly seconds: number
  readonly cases: readonly Case[]
  /** Further text, reported as standard output. */
  readonly output: string
}

/** Escapes text for XML 1.0. Characters that XML cannot hold become `\u{…}`. */
function xmlText(text: string): string {
  return text
    .replace(
      /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu,
      (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
    )
    .replace(/[&<>\r]/g, (char) => `&#${char.charCodeAt(0)};`)
}

/** Escapes text for an attribute, where quotes and line breaks would be lost. */
function xml(text: string): string {
  return xmlText(text).replace(/["'\t\n]/g, (char) => `&#${char.charCodeAt(0)};`)
}

/**
 * Renders a JUnit report that is valid by the schemas of both Ant and Jenkins. GitLab, Jenkins and GitHub actions read
 * it.
 */
export function renderJUnit({ name, at, seconds, cases, output }: Suite): string {
  const count = (outcome: Case['outcome']): number => cases.filter((one) => one.outcome === outcome).length
  const time = (value: number): string => value.toFixed(3)
  const totals = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}"`
  const stamp = new Date(at).toISOString().slice(0, 19)
  const rows = cases.map((one) => {
    const head = `    <testcase name="${xml(one.name)}" classname="${xml(name)}" time="${time(seconds / cases.length)}"`
    if (one.outcome === 'passed') return `${head}/>`
    return `${head}>\n      <${one.outcome} message="${xml(one.message)}" type="expectation">${xmlText(one.details)}</${one.outcome}>\n    </testcase>`
  })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite id="0" package="acl-playground" name="${xml(name)}" timestamp="${stamp}" hostname="localhost" ${totals} time="${time(seconds)}">`,
    '    <properties/>',
    ...rows,
    output === '' ? '    <system-out/>' : `    <system-out>${xmlText(output)}</system-out>`,
    '    <system-err/>',
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}
