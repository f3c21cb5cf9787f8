import ArrowStream
import Detector
import EventModel
import Level1
import Menu
import Simulation
import Statistics
import Testing

/// Level 1 as a stage: a batch in, the `l1` column out.
@Suite("Level-1 stage")
struct Level1TriggerTests {
  /// A mixture of muons, electrons and photons with background, simulated once.
  static let batch: Result<RecordBatch, any Error> = Result {
    try SimulatedGun(["mu-", "e+", "gamma"], momentum: 0.3...4, theta: 20...150, background: 0.2).batch(events: 150)
  }

  static let menu = """
    menu: test
    version: 1
    level1:
      inputs: belle2
      lines:
        - name: track
          bits: track
          prescale: 3
        - name: photon_bits
          bits: ecl_lml_1
        - name: photon_clusters
          when: n_clusters(E* > 2 GeV, 4 <= ring <= 14) >= 1
        - name: two_tracks
          when: n_tracks(pT > 0.3 GeV) >= 2
        - name: high_bits
          bits: ehigh
        - name: high_energy
          when: energy_physics > 1 GeV
        - name: muon
          bits: klm>0
          prescale: 2
        - name: never
          bits: track
          prescale: 0
    """

  private func trigger(_ text: String = menu, seed: UInt64 = 1, lineCounts: [UInt64] = []) throws -> Level1Trigger {
    let menu = try TriggerMenu(
      text: text,
      vocabularies: MenuVocabularies(level1: [Level1Vocabulary.belle2], highLevel: [Vocabulary(name: "none")]))
    return try Level1Trigger(
      level: menu.level1.compile(), detector: .belle2(), seed: seed, lineCounts: lineCounts)
  }

  private func isSet(_ words: ColumnView<UInt32>, _ row: Int, _ bit: Int) -> Bool {
    words[row * 10 + bit / 32] >> UInt32(bit % 32) & 1 == 1
  }

  @Test("adds a column of the schema's type, a row to an event")
  func schema() throws {
    let batch = try Self.batch.get()
    let column = try trigger().process(batch)
    #expect(column.type == EventSchema.level1.type)
    #expect(column.count == batch.count)
    let decided = try batch.appending(EventSchema.level1, column)
    let view = try Level1Column(decided)
    for row in 0..<batch.count {
      var any = false
      for line in 0..<8 {
        let before = isSet(view.beforePrescale, row, line)
        let after = isSet(view.afterPrescale, row, line)
        #expect(before || !after)
        any = any || after
      }
      #expect(view.accepted[row] == any)
    }
  }

  @Test("lets expressions on objects agree with the bits made of the same objects")
  func expressionsAndBits() throws {
    let view = try Level1Column(trigger().process(Self.batch.get()))
    var fired = 0
    for row in 0..<view.time.count {
      #expect(isSet(view.beforePrescale, row, 1) == isSet(view.beforePrescale, row, 2))
      #expect(isSet(view.beforePrescale, row, 4) == isSet(view.beforePrescale, row, 5))
      if isSet(view.beforePrescale, row, 2) { fired += 1 }
      let tracks = view.tracks.rows[row].count
      let position = try #require(InputBit.position("t2_0"))
      for number in 0..<4 { #expect(isSet(view.input, row, position + number) == (min(tracks, 4) == number + 1)) }
    }
    #expect(fired > 5)
  }

  @Test("decides alike in one batch and in many, with prescales that count on")
  func rechunking() throws {
    let batch = try Self.batch.get()
    let whole = try Level1Column(trigger().process(batch))
    let parts = try trigger()
    var start = 0
    for size in [1, 2, 64, 7, 1000] where start < batch.count {
      let rows = start..<min(start + size, batch.count)
      let part = try Level1Column(parts.process(batch.slice(rows)))
      for row in 0..<rows.count {
        for word in 0..<10 {
          #expect(part.input[row * 10 + word] == whole.input[(start + row) * 10 + word])
          #expect(part.afterPrescale[row * 10 + word] == whole.afterPrescale[(start + row) * 10 + word])
        }
        #expect(part.energyTotal[row] == whole.energyTotal[start + row])
        #expect(part.segments.rows[row].count == whole.segments.rows[start + row].count)
      }
      start = rows.upperBound
    }
    #expect(start == batch.count)
    #expect(parts.lineCounts[0] == UInt64((0..<batch.count).count { isSet(whole.beforePrescale, $0, 0) }))
    // A part that is told the counts of the parts before it continues them.
    let first = try trigger()
    _ = try first.process(batch.slice(0..<70))
    let second = try trigger(lineCounts: first.lineCounts)
    let rest = try Level1Column(second.process(batch.slice(70..<batch.count)))
    for index in 0..<((batch.count - 70) * 10) {
      #expect(rest.afterPrescale[index] == whole.afterPrescale[700 + index])
    }
  }

  @Test("keeps one of three, and none at prescale 0")
  func prescales() throws {
    let view = try Level1Column(trigger().process(Self.batch.get()))
    let before = (0..<view.time.count).count { isSet(view.beforePrescale, $0, 0) }
    let after = (0..<view.time.count).count { isSet(view.afterPrescale, $0, 0) }
    #expect(after == before / 3 && before > 30)
    #expect((0..<view.time.count).count { isSet(view.beforePrescale, $0, 7) } == before)
    #expect(!(0..<view.time.count).contains { isSet(view.afterPrescale, $0, 7) })
  }

  @Test("never looks at truth, at the silicon or at the process")
  func independentOfTruth() throws {
    let batch = try Self.batch.get()
    let full = try Level1Column(trigger().process(batch))
    let bare = try Level1Column(trigger().process(batch.selecting(["event", "cdc", "ecl", "klm"])))
    #expect(full.input.elementsEqual(bare.input))
    #expect(full.time.elementsEqual(bare.time))
  }

  @Test("draws the noise of the trigger cells from the seed and the event's key")
  func seeds() throws {
    let batch = try Self.batch.get()
    let one = try Level1Column(trigger().process(batch))
    let other = try Level1Column(trigger(seed: 2).process(batch))
    #expect(!one.energyTotal.elementsEqual(other.energyTotal))
    let reversed = try Level1Column(trigger().process(batch.taking(rows: Array((0..<batch.count).reversed()))))
    #expect(Array(one.energyTotal).reversed() == Array(reversed.energyTotal))
  }

  @Test("gives the primitives of one event for display")
  func primitives() throws {
    let batch = try Self.batch.get()
    let level1 = try trigger()
    let view = try Level1Column(level1.process(batch))
    let counts = level1.lineCounts
    let primitives = try level1.primitives(of: 5, in: batch)
    #expect(primitives.segments.count == view.segments.rows[5].count)
    #expect(primitives.clusters.count == view.clusters.rows[5].count)
    #expect(primitives.energyTotal == view.energyTotal[5])
    #expect((0..<10).allSatisfy { primitives.input[word: $0] == view.input[50 + $0] })
    #expect(level1.lineCounts == counts)
  }

  @Test("knows the time of most events to ten nanoseconds")
  func eventTime() throws {
    let view = try Level1Column(trigger().process(Self.batch.get()))
    var near = 0
    var timed = 0
    for row in 0..<view.time.count where view.timingSource[row] != TimingSource.none.rawValue {
      timed += 1
      if abs(view.time[row]) < 20 { near += 1 }
    }
    #expect(timed > 130)
    #expect(Double(near) / Double(timed) > 0.7, "\(near) of \(timed)")
  }

  @Test("takes an empty batch")
  func emptyBatch() throws {
    let column = try trigger().process(Self.batch.get().slice(0..<0))
    #expect(column.count == 0)
  }
}
