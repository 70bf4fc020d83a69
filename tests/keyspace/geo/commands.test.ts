import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeScore, encodeScore } from '../../../src/keyspace/geo/hash'
import { distance } from '../../../src/keyspace/geo/distance'
import { Simulator } from '../simulator'

function sicily(target?: ConstructorParameters<typeof Simulator>[0]): Simulator {
  const simulator = new Simulator(target)
  simulator.run('geoadd Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania')
  return simulator
}

test.each([
  ['geodist Sicily Palermo Catania', '166274.1516'],
  ['geodist Sicily Palermo Catania mi', '103.3182'],
  ['geodist Sicily Palermo x', null],
  ['geohash Sicily Palermo Catania x', ['sqc8b49rny0', 'sqdtr74hyu0', null]],
  [
    'georadius Sicily 15 37 200 km withdist',
    [
      ['Palermo', '190.4424'],
      ['Catania', '56.4413'],
    ],
  ],
  ['georadius Sicily 15 37 200 km asc count 1', ['Catania']],
  [
    'geosearch Sicily fromlonlat 15 37 bybox 400 400 km asc withhash',
    [
      ['Catania', 3479447370796909],
      ['Palermo', 3479099956230698],
    ],
  ],
  ['geosearch Sicily fromlonlat 15 37', 'ERR exactly one of BYRADIUS and BYBOX can be specified for geosearch'],
  ['geosearch Sicily byradius 1 m', 'ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for geosearch'],
  ['geosearch Sicily frommember x byradius 1 m', 'ERR could not decode requested zset member'],
  ['georadius Sicily 15 37 200 leagues', 'ERR unsupported unit provided. please use M, KM, FT, MI'],
  ['georadius Sicily 15 97 200 km', 'ERR invalid longitude,latitude pair 15.000000,97.000000'],
  ['georadius Sicily 15 37 200 km store out storedist out', 2],
  ['geosearchstore out Sicily fromlonlat 15 37 byradius 100 km storedist', 1],
])('%s', (line, reply) => {
  expect(sicily().run(line)).toEqual(reply)
})

test('coordinates are printed in the long form until Redis 8.0', () => {
  expect(sicily('redis-7.2').run('geopos Sicily Palermo')).toEqual([['13.36138933897018433', '38.11555639549629859']])
  expect(sicily('redis-8.0').run('geopos Sicily Palermo')).toEqual([['13.361389338970184', '38.1155563954963']])
})

test('a polygon finds what lies inside it (Valkey 9.1)', () => {
  const line = 'geosearch Sicily bypolygon 4 13 38 14 38 14 39 13 39'
  expect(sicily('valkey-9.1').run(line)).toEqual(['Palermo'])
  expect(sicily('valkey-8.1').run(line)).toBe('ERR syntax error')
})

test('a point at the corner of cells is found once, whatever is searched around it', () => {
  const near = encodeScore({ longitude: 13.361389, latitude: 38.115556 })
  for (let step = 1; step < 26; step++) {
    const size = 4 ** (26 - step)
    const corner = (2 * Math.floor(near / size / 2) + 1) * size
    const { longitude, latitude } = decodeScore(corner)
    const simulator = new Simulator()
    simulator.run(`zadd points ${corner} corner`)
    for (const metres of [1, 100, 10_000, 100_000, 1_000_000, 5_000_000])
      expect(simulator.run(`georadius points ${longitude} ${latitude} ${metres} m`)).toEqual(['corner'])
  }
})

test('a point is found again close to where it was put', () => {
  const point = fc.record({
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    latitude: fc.double({ min: -85.05112878, max: 85.05112878, noNaN: true }),
  })
  fc.assert(fc.property(point, (p) => distance(p, decodeScore(encodeScore(p))) < 1))
  fc.assert(
    fc.property(
      fc.double({ noNaN: true }),
      (score) => Math.abs(decodeScore(score).latitude) <= 85.05112878 && Math.abs(decodeScore(score).longitude) <= 180,
    ),
  )
})

test('a circle finds exactly the points within its radius', () => {
  const simulator = new Simulator()
  const points = Array.from({ length: 400 }, (_, i) => ({
    longitude: ((i * 137.5) % 360) - 180,
    latitude: ((i * 61.3) % 160) - 80,
  }))
  simulator.runArgv(['geoadd', 'k', ...points.flatMap((p, i) => [String(p.longitude), String(p.latitude), String(i)])])
  for (const [longitude, latitude, km] of [
    [0, 0, 3000],
    [170, 70, 2500],
    [-20, -75, 900],
    [45, 45, 500],
  ] as const) {
    const found = simulator.run(`geosearch k fromlonlat ${longitude} ${latitude} byradius ${km} km`) as string[]
    const near = points.flatMap((p, i) =>
      distance({ longitude, latitude }, decodeScore(encodeScore(p))) <= km * 1000 ? [String(i)] : [],
    )
    const acrossTheDateLine = (i: string) => Math.abs(points[Number(i)]!.longitude - longitude) > 180
    expect(found.filter((i) => !acrossTheDateLine(i)).sort()).toEqual(near.filter((i) => !acrossTheDateLine(i)).sort())
  }
})
