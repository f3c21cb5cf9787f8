import ArrowStream
import Detector
import EventModel
import Level1
import Menu
import Simulation
import Statistics
import Testing

/// From an input bit down to what set it.
@Suite("Evidence of input bits")
struct EvidenceTests {
  static let menu = """
    menu: test
    version: 1
    level1:
      inputs: belle2
      lines:
        - name: tracks
          bits: t2>0 and not veto
        - name: energy
          bits: ehigh or ecl_lml_0
        - name: objects
          when: n_clusters(E > 0.3 GeV) >= 1 or n_tracks(pT > 0.3 GeV) >= 1
        - name: muon
          bits: cdcklm>0
    """

  /// Events of several kinds: particles with background, Bhabha and muon pairs, forward muons.
  static let batches: Result<[RecordBatch], any Error> = Result {
    let detector = try DetectorModel.belle2()
    var batches = [
      try Level1TriggerTests.batch.get(),
      try SimulatedGun(["mu-", "mu+", "e-"], momentum: 0.6...2, theta: 22...33, background: 0.2).batch(events: 60),
      try SimulatedGun(["mu-", "mu+"], momentum: 1...2, theta: 128...140, background: 1).batch(events: 40),
    ]
    for process in [BornProcess.bhabha, .muonPair, .photonPair] {
      var response = try DetectorResponse(detector: detector, background: 0.2, seed: 3)
      var generator = PairProduction(process, beams: detector.beams)
      var builders = SimulatedEventBuilders(processes: ["process"])
      for number in 0..<60 {
        var event = GeneratedEvent(number: UInt64(number), process: "process")
        var random = CounterRandom(seed: 6, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
        generator.generate(into: &event, &random)
        try response.respond(to: event, experiment: 1, run: 1, into: &builders)
      }
      batches.append(try builders.finish())
    }
    return batches
  }

  private func trigger() throws -> Level1Trigger {
    let menu = try TriggerMenu(
      text: Self.menu,
      vocabularies: MenuVocabularies(level1: [Level1Vocabulary.belle2], highLevel: [Vocabulary(name: "none")]))
    return try Level1Trigger(level: menu.level1.compile(), detector: .belle2(), seed: 1)
  }

  private func forEachEvent(_ body: (Level1Evidence, RecordBatch, Int) throws -> Void) throws {
    let level1 = try trigger()
    for batch in try Self.batches.get() {
      for row in 0..<batch.count { try body(level1.evidence(of: row, in: batch), batch, row) }
    }
  }

  private func isSet(_ evidence: Level1Evidence, _ bit: String) -> Bool {
    InputBit.position(bit).map { evidence.primitives.input[$0] } ?? false
  }

  /// The number in front of a unit: `1.234 GeV`.
  private func number(_ value: String) -> Double? { value.split(separator: " ").first.flatMap { Double($0) } }

  @Test("exists for every bit that is set, whatever the event")
  func completeness() throws {
    var seen: Set<String> = []
    try forEachEvent { evidence, _, _ in
      for bit in InputBit.all where bit.status == .built && isSet(evidence, bit.name) {
        seen.insert(bit.name)
        // A condition that says there is nothing, and random signals, have nothing below them.
        if bit.name == "ecl_lml_11" { continue }
        #expect(!evidence.explain(.bit(bit.name)).isEmpty, "\(bit.name)")
      }
    }
    for bit in [
      "t2_1", "t3_0", "ts_0", "ti", "i2io", "fwd_s", "bwd_s", "ehigh", "ecl_3dbha", "cdcklm_0", "seklm_0", "ieklm",
      "ecleklm", "secl", "iecl_0", "c2gev_0", "trkbha2", "d5", "p5", "n2gev_1", "ecl_mumu", "bha_type_0", "clst_1",
    ] {
      #expect(seen.contains(bit), "\(bit) is set in no event of the test")
    }
  }

  @Test("of tracks: as many as counted, each down to segments whose priority wires were hit")
  func tracks() throws {
    let detector = try DetectorModel.belle2()
    var segments = 0
    try forEachEvent { evidence, batch, row in
      let count = evidence.primitives.tracks.count
      guard count > 0 else { return }
      let tracks = evidence.explain(.number("t2"))
      #expect(tracks.count == count)
      let hits = try DriftChamberHits(batch)
      let wires = Set(hits.rows[row].map { hits.wire[$0] })
      for (index, track) in tracks.enumerated() {
        #expect(
          track.text.hasPrefix("track \(index + 1): phi0") && track.value.hasSuffix("GeV") || track.value == "straight")
        #expect((4...9).contains(track.children.count))
        for segment in track.children {
          let words = segment.text.split(separator: " ")
          let wire = try #require(words.firstIndex(of: "wire").flatMap { UInt16(words[$0 + 1]) })
          #expect(wires.contains(wire), "\(segment.text)")
          let superLayer = try #require(Int(words[1].dropLast()))
          #expect(detector.driftChamber.layers[detector.driftChamber.layer(ofWire: Int(wire))].superLayer == superLayer)
          segments += 1
        }
        #expect(evidence.explain(.object(collection: "tracks", place: index)).map(\.text) == track.children.map(\.text))
      }
    }
    #expect(segments > 500)
  }

  @Test("of sums: cells that add up to the energy compared")
  func sums() throws {
    var events = 0
    try forEachEvent { evidence, _, _ in
      guard isSet(evidence, "ehigh") else { return }
      let sum = try #require(evidence.explain(.bit("ehigh")).first)
      let cells = sum.children.compactMap { number($0.value) }.reduce(0, +)
      #expect(abs(cells - Double(evidence.primitives.energyPhysics)) < 0.01)
      #expect(abs((number(sum.value) ?? 0) - Double(evidence.primitives.energyPhysics)) < 0.001)
      #expect(sum.children.first?.text.hasPrefix("cell ") ?? false)
      events += 1
    }
    #expect(events > 100)
  }

  @Test("of a sum that was too small: the sum alone; of other bits that are not set: nothing")
  func unsetBits() throws {
    try forEachEvent { evidence, _, _ in
      guard !isSet(evidence, "elum") else { return }
      let sum = evidence.explain(.unsetBit("elum"))
      #expect(sum.count == 1 && sum[0].children.isEmpty && (number(sum[0].value) ?? 9) <= 3)
      #expect(evidence.explain(.unsetBit("t2_0")).isEmpty)
    }
  }

  @Test("of isolated clusters: as many corners as counted")
  func isolatedClusters() throws {
    var most = 0
    try forEachEvent { evidence, _, _ in
      let count = evidence.primitives.isolatedClusters
      if count > 0 && count < 15 { #expect(evidence.explain(.number("clst")).count == count) }
      most = max(most, count)
    }
    #expect(most >= 3)
  }

  @Test("of Bhabha pairs: two clusters with angles in the window and energies above the thresholds")
  func pairs() throws {
    var pairs = 0
    try forEachEvent { evidence, _, _ in
      #expect(isSet(evidence, "ecl_3dbha") == !evidence.explain(.bit("ecl_3dbha")).isEmpty)
      for pair in evidence.explain(.bit("ecl_3dbha")) {
        let numbers = pair.text.split(separator: " ").compactMap { Int($0) }
        let (azimuth, polar) = (numbers[numbers.count - 2], numbers[numbers.count - 1])
        #expect((161...199).contains(azimuth) && (166...189).contains(polar), "\(pair.text)")
        #expect(pair.children.count == 2)
        let energies = pair.children.compactMap { cluster in
          cluster.text.split(separator: " ").firstIndex(of: "E*").flatMap {
            Double(cluster.text.split(separator: " ")[$0 + 1])
          }
        }
        #expect(energies.count == 2 && energies.allSatisfy { $0 > 3 } && energies.contains { $0 > 4.5 })
        #expect(pair.children.allSatisfy { !$0.children.isEmpty })
        pairs += 1
      }
    }
    #expect(pairs > 10)
  }

  @Test("of muons: the sectors that fired with their planes, and the track that points to them")
  func muons() throws {
    var matches = 0
    try forEachEvent { evidence, _, _ in
      if isSet(evidence, "klm_hit") {
        let sectors = evidence.explain(.bit("klm_hit"))
        #expect(sectors.count == (evidence.primitives.muonSectors & 0xFFFF).nonzeroBitCount)
        #expect(sectors.allSatisfy { (number($0.value) ?? 0) >= 4 })
      }
      guard isSet(evidence, "cdcklm_0") || isSet(evidence, "cdcklm_1") else { return }
      let tracks = evidence.explain(.number("cdcklm"))
      #expect((tracks.count == 1) == isSet(evidence, "cdcklm_0"))
      for track in tracks {
        #expect(track.children.first?.text.hasPrefix("track ") ?? false)
        #expect(track.children.dropFirst().allSatisfy { $0.text.contains("of the barrel") })
        #expect(track.children.count >= 2)
      }
      matches += 1
    }
    #expect(matches > 50)
  }

  @Test("of matches: as many pairs of track and cluster as counted, none without")
  func matches() throws {
    try forEachEvent { evidence, _, _ in
      let matched = Set(evidence.explain(.number("cdcecl")).map { $0.text.split(separator: " ")[1] }).count
      let counted = (0..<4).first { isSet(evidence, "cdcecl_\($0)") }.map { $0 + 1 } ?? 0
      #expect(min(matched, 4) == counted)
      for bit in ["d3", "p3", "c2gev_0", "opohem", "cdc_b2b3"] where !isSet(evidence, bit) && !bit.hasSuffix("_0") {
        let others = evidence.explain(.bit(bit)).filter {
          $0.text.hasPrefix("tracks") || $0.text.hasPrefix("clusters ")
        }
        #expect(others.isEmpty, "\(bit)")
      }
    }
  }

  @Test("of short tracks: the bins, the segments near them, and the endcap")
  func shortTracks() throws {
    var forward = 0
    try forEachEvent { evidence, _, _ in
      let count = evidence.primitives.shortTracks.count
      guard count > 0 else { return }
      let parts = evidence.explain(.number("ts"))
      #expect(parts.count { $0.text.hasPrefix("short track ") } == count)
      #expect(parts[0].children.count == 5 && parts[0].children.allSatisfy { !$0.text.hasSuffix("none") })
      if isSet(evidence, "fwd_s") {
        #expect(parts.contains { $0.text.hasPrefix("to the forward endcap") })
        forward += 1
      }
      #expect(evidence.explain(.object(collection: "short_tracks", place: 0)).count == 5)
      #expect(evidence.explain(.object(collection: "short_tracks", place: count)).isEmpty)
    }
    #expect(forward > 20)
  }

  @Test("stands below the bits and the objects of the lines that it is asked for, and nowhere else")
  func lines() throws {
    let level1 = try trigger()
    let batch = try Self.batches.get()[0]
    _ = try level1.process(batch)
    var shown = 0
    for row in 0..<batch.count {
      let evidence = try level1.evidence(of: row, in: batch)
      let plain = level1.level.explain(level1.columns, row: row)
      let deep = level1.level.explain(
        level1.columns, row: row, isEvidenceShown: { line, isTrue in isTrue == true },
        evidence: { evidence.explain($0) })
      for (line, reference) in zip(deep, plain) {
        #expect(line.isTrue == reference.isTrue && line.expression.value == reference.expression.value)
        let hasMore = line.expression.rendered.count > reference.expression.rendered.count
        #expect(hasMore == (line.isTrue == true), "\(line.line.name)")
        if hasMore { shown += 1 }
      }
      if evidence.primitives.tracks.count > 0 {
        #expect(deep[0].expression.rendered.contains("super-layer 2: segment") || !(deep[0].isTrue ?? false))
      }
    }
    #expect(shown > 100)
  }
}
