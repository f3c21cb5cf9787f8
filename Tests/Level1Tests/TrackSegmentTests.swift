import Detector
import Level1
import Statistics
import Testing

/// The bit-parallel track-segment finder against the rule written out segment by segment from the table of wires.
@Suite("Track segments")
struct TrackSegmentTests {
  let chamber: DriftChamber

  init() throws { chamber = try DetectorModel.belle2().driftChamber }

  /// A segment as the rule gives it.
  struct Expected: Equatable {
    var number: Int
    var priority: UInt8
    var time: Int16
  }

  /// The rule, straight from the table: at least four of five rows, a priority wire, neighbours of second priority dropped.
  private func expected(_ earliest: [Int: Int16]) -> [Expected] {
    let map = chamber.trackSegments
    var found: [Int: Expected] = [:]
    for segment in 0..<map.count {
      let start = Int(map.starts[segment])
      var rows: Set<UInt8> = []
      for (offset, wire) in map.members(of: segment).enumerated() where earliest[Int(wire)] != nil {
        rows.insert(map.rows[start + offset])
      }
      guard rows.count >= 4 else { continue }
      if let time = earliest[map.members(of: segment, priority: 1)[0]] {
        found[segment] = Expected(number: segment, priority: SegmentPriority.first.rawValue, time: time)
        continue
      }
      let second = map.members(of: segment, priority: 2)
      let lower = earliest[second[0]]
      let upper = earliest[second[1]]
      guard lower != nil || upper != nil else { continue }
      let isRight = (lower ?? .max) <= (upper ?? .max)
      found[segment] = Expected(
        number: segment, priority: (isRight ? SegmentPriority.secondRight : .secondLeft).rawValue,
        time: min(lower ?? .max, upper ?? .max))
    }
    return found.values.filter { segment in
      if segment.priority == SegmentPriority.first.rawValue { return true }
      let layer = chamber.superLayers[Int(chamber.trackSegments.superLayer[segment.number])]
      let cell = segment.number - layer.firstSegment
      let beside = [1, layer.cellCount - 1].map { layer.firstSegment + (cell + $0) % layer.cellCount }
      return !beside.contains { found[$0]?.priority == SegmentPriority.first.rawValue }
    }.sorted { $0.number < $1.number }
  }

  @Test(
    "are those of the rule, wire by wire, from empty to crowded events", arguments: [0.0, 0.02, 0.1, 0.3, 0.6, 1.0])
  func matchesTheRule(occupancy: Double) {
    let finder = TrackSegmentFinder(chamber)
    var segments = TrackSegments()
    for event in 0..<(occupancy == 0 ? 1 : 8) {
      var random = CounterRandom(
        seed: 3, experiment: 0, run: UInt32(occupancy * 100), event: UInt64(event),
        purpose: RandomPurpose(named: "segments"))
      var wires: [UInt16] = []
      var counts: [Int16] = []
      var earliest: [Int: Int16] = [:]
      for wire in 0..<chamber.wireCount where random.chance(occupancy) {
        // Some wires have two hits, some hits lie outside the window.
        for _ in 0..<(random.chance(0.1) ? 2 : 1) {
          let count = Int16(Int(random.integer(below: 560)) - 30)
          wires.append(UInt16(wire))
          counts.append(count)
          if count >= 0 && count < 500 { earliest[wire] = min(earliest[wire] ?? .max, count) }
        }
      }
      finder.find(wire: wires.span, tdc: counts.span, into: &segments)
      let rule = expected(earliest)
      #expect(segments.count == rule.count)
      for (index, segment) in rule.enumerated() where index < segments.count {
        #expect(Int(segments.number[index]) == segment.number)
        #expect(segments.priority[index] == segment.priority)
        #expect(segments.time[index] == segment.time & ~1)
      }
      #expect(segments.superLayerStart[9] == segments.count)
    }
  }

  @Test("tell the side on which the particle passed, or that they do not know")
  func sides() {
    let finder = TrackSegmentFinder(chamber)
    var segments = TrackSegments()
    var toy = ToyTracks(chamber: chamber)
    var right = 0
    var wrong = 0
    var undetermined = 0
    for event in 0..<500 {
      var random = CounterRandom(
        seed: 4, experiment: 0, run: 0, event: UInt64(event), purpose: RandomPurpose(named: "sides"))
      // Straight enough that the azimuth of the track is that of its hits everywhere.
      let phi = random.uniform(0, 2 * Double.pi)
      toy.throwTrack(transverseMomentum: 1000, charge: 1, phi0: phi, &random)
      finder.find(wire: toy.wires.span, tdc: toy.counts.span, into: &segments)
      for index in 0..<segments.count where segments.priority[index] == SegmentPriority.first.rawValue {
        let layer = chamber.superLayers[Int(chamber.trackSegments.superLayer[Int(segments.number[index])])]
        guard layer.orientation == .axial else { continue }
        let wire = chamber.trackSegments.members(of: Int(segments.number[index]), priority: 1)[0]
        var turn = phi - chamber.phi(ofWire: wire, atZ: 0)
        if turn > Double.pi { turn -= 2 * Double.pi }
        if turn < -Double.pi { turn += 2 * Double.pi }
        switch SegmentSide(rawValue: segments.side[index]) {
        case .left: if turn > 0 { right += 1 } else { wrong += 1 }
        case .right: if turn < 0 { right += 1 } else { wrong += 1 }
        default: undetermined += 1
        }
      }
    }
    let all = Double(right + wrong + undetermined)
    #expect(Double(right) / all > 0.75, "right \(right), wrong \(wrong), undetermined \(undetermined)")
    #expect(Double(wrong) / all < 0.05)
  }
}
