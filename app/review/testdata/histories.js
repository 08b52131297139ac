// Writes histories.txt.gz: random answers, and what ts-fsrs makes of them. A line is a history:
// "RETENTION START;REVIEW;REVIEW…", a review "WAIT RATING RETRIEVABILITY STATE STEP NEXT STABILITY DIFFICULTY LAPSES".
// START is in Unix seconds; WAIT (since the review before, or START) and NEXT (until the card is due) are in seconds;
// RETRIEVABILITY is that of the card before the answer; the rest is the card after it.
import { writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { createEmptyCard, fsrs } from 'ts-fsrs'

const histories = 1600
const minute = 60
const day = 24 * 60 * minute

// A small generator with a seed, so that the file can be made again.
let seed = 20221118
function random() {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  const mixed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) >>> 0
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32
}
const whole = (from, to) => from + Math.floor(random() * (to - from + 1))
const pick = (list) => list[whole(0, list.length - 1)]

// waitFor draws when the next answer comes: mostly when it is due, else within minutes, early, late or very late.
function waitFor(untilDue) {
  switch (whole(0, 9)) {
    case 0: return whole(0, 20) * minute
    case 1: return whole(0, day)
    case 2: return Math.floor(untilDue * random())
    case 3: return untilDue + whole(0, 3 * day)
    case 4: return Math.floor(untilDue * (1 + 2 * random()))
    case 5: return untilDue + whole(0, 1500) * day
    default: return untilDue + whole(0, 12 * 60 * minute)
  }
}

function history(retention, ratings) {
  const scheduler = fsrs({ request_retention: retention })
  let now = whole(1600000000, 1900000000)
  let card = createEmptyCard(new Date(now * 1000))
  const line = [`${retention} ${now}`]
  for (let n = whole(1, 16); n > 0; n--) {
    const wait = card.last_review ? waitFor((card.due - card.last_review) / 1000) : 0
    now += wait
    const at = new Date(now * 1000)
    const known = scheduler.get_retrievability(card, at, false)
    const rating = pick(ratings)
    card = scheduler.next(card, at, rating).card
    line.push([wait, rating, known, card.state, card.learning_steps, (card.due - at) / 1000,
      card.stability, card.difficulty, card.lapses].join(' '))
  }
  return line.join(';')
}

const lines = []
for (let i = 0; i < histories; i++) {
  const retention = i % 8 < 6 ? 0.9 : pick([0.8, 0.85, 0.93, 0.97])
  lines.push(history(retention, pick([[1, 2, 3, 4], [1, 2, 3], [3], [2, 3], [1, 3, 3, 3, 3], [1], [3, 4], [3, 3, 3, 1]])))
}
writeFileSync(new URL('histories.txt.gz', import.meta.url), gzipSync(lines.join('\n') + '\n', { level: 9 }))
