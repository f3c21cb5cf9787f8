import CHepMC3
import Foundation
import Simulation
import Testing

/// Reads a whole file; the error if there is one.
func readAll(_ path: String) -> (events: [GeneratedEvent], error: GeneratorFileError?) {
  readAll { () throws(GeneratorFileError) in try GeneratorFile(path: path) }
}

func readAll(
  _ open: () throws(GeneratorFileError) -> GeneratorFile
) -> (events: [GeneratedEvent], error: GeneratorFileError?) {
  var events: [GeneratedEvent] = []
  do {
    let file = try open()
    var event = GeneratedEvent()
    while try file.next(into: &event) { events.append(event) }
    return (events, nil)
  } catch {
    return (events, error)
  }
}

/// What the HepMC3 library makes of each event of a listing.
private func readWithLibrary(_ text: String, version: Int32) throws -> [GeneratedEvent] {
  let parser = try #require(hepmcParserCreate(version))
  defer { hepmcParserDestroy(parser) }
  var events: [GeneratedEvent] = []
  let lines = text.split(separator: "\n").filter { "EUWVP".contains($0.first ?? " ") || $0.isEmpty }
  var block: [Substring] = []
  func flush() throws {
    guard block.first?.first == "E" else { return }
    let body = block.joined(separator: "\n") + "\n"
    var result = HepMCEvent()
    var message = [CChar](repeating: 0, count: 256)
    try #require(hepmcParserRead(parser, body, body.utf8.count, &result, &message, message.count) == 0)
    var event = GeneratedEvent(weight: result.weight)
    for index in 0..<result.count {
      let p = result.momentum + 4 * index
      let v = result.vertex + 4 * index
      event.append(
        pdg: result.pdg[index], mother: result.mother[index], status: result.status[index],
        momentum: SIMD4(p[0], p[1], p[2], p[3]), vertex: SIMD4(v[0], v[1], v[2], v[3]))
    }
    events.append(event)
  }
  for line in lines {
    if line.first == "E" {
      try flush()
      block = []
    }
    block.append(line)
  }
  try flush()
  return events
}

/// The particles of an event with their mothers' codes, in an order of their own: two readers may number them differently.
private func fingerprint(_ event: GeneratedEvent) -> [String] {
  (0..<event.count).map { index in
    let mother = event.mother[index] < 0 ? 0 : event.pdg[Int(event.mother[index])]
    let numbers =
      [event.px[index], event.py[index], event.pz[index], event.energy[index]]
      + [event.x[index], event.y[index], event.z[index], event.t[index]]
    let text = numbers.map { String(format: "%.9g", $0 == 0 ? 0 : $0) }.joined(separator: " ")
    return "\(event.pdg[index]) \(mother) \(event.status[index]) \(text)"
  }.sorted()
}

@Suite("Generator files")
struct GeneratorFileTests {
  let folder: GeneratorListings.Folder

  init() throws { folder = try GeneratorListings.Folder() }

  @Test("HepMC3: units change between events, vertices are inherited, mothers stand before daughters")
  func hepmc3() throws {
    let (events, error) = readAll(try folder.write(GeneratorListings.hepmc3))
    #expect(error == nil)
    try #require(events.count == 2)
    let tau = events[0]
    #expect(tau.weight == 0.5)
    #expect(tau.pdg == [11, -11, 15, 111, 16, 22, 22])
    #expect(tau.mother == [-1, -1, 0, 2, 2, 3, 3])
    // 1, 2, 3 mm and c t = 29.98 mm: 0.1 ns. The photons have the vertex of their pi0's mother.
    for index in 3...6 {
      #expect(abs(tau.x[index] - 0.1) < 1e-12 && abs(tau.z[index] - 0.3) < 1e-12)
      #expect(abs(tau.t[index] - 0.1) < 1e-12)
    }
    #expect(tau.x[2] == 0)
    let pair = events[1]
    #expect(abs(pair.energy[1] - 7.006) < 1e-12)
    #expect(pair.x[1] == 0.5)
    #expect(abs(pair.t[1] - 1 / 29.9792458) < 1e-12)
  }

  @Test("HepMC2: beams, units, and a vertex without incoming particles keeps its position")
  func hepmc2() throws {
    let (events, error) = readAll(try folder.write(GeneratorListings.hepmc2))
    #expect(error == nil)
    try #require(events.count == 2)
    #expect(events[0].weight == 0.25)
    #expect(events[0].count == 5)
    let muon = try #require(events[0].pdg.firstIndex(of: 13))
    #expect(events[0].y[muon] == 0.2)
    #expect(events[0].pdg[Int(events[0].mother[muon])] == 443)
    #expect(events[1].count == 2)
    #expect(events[1].z.allSatisfy { abs($0 - 0.3) < 1e-12 })
  }

  @Test("The HepMC3 library reads the same particles, mothers and vertices")
  func referee() throws {
    for (text, version) in [(GeneratorListings.hepmc3, Int32(3)), (GeneratorListings.hepmc2, 2)] {
      let ours = readAll(try folder.write(text)).events
      let theirs = try readWithLibrary(text, version: version)
      try #require(ours.count == theirs.count)
      for (own, their) in zip(ours, theirs) {
        // HepMC3 3.1 forgets the position of HepMC2 vertices without incoming particles: the last event has one.
        if version == 2, own.mother.allSatisfy({ $0 < 0 }) { continue }
        #expect(fingerprint(own) == fingerprint(their))
        #expect(own.weight == their.weight)
      }
    }
  }

  @Test("Vertices out of order and particles before their vertices are put right")
  func forwardReferences() throws {
    let text = GeneratorListings.hepmc3.replacingOccurrences(of: "V -2 ", with: "V -3 ")
      .replacingOccurrences(of: "P 4 -2", with: "P 4 -3").replacingOccurrences(of: "P 5 -2", with: "P 5 -3")
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let vertex = try #require(lines.firstIndex { $0.hasPrefix("V -3") })
    let line = lines.remove(at: vertex)
    lines.insert(line, at: vertex + 4)
    let expected = readAll(try folder.write(GeneratorListings.hepmc3)).events.map(fingerprint)
    let (events, error) = readAll(try folder.write(lines.joined(separator: "\n")))
    #expect(error == nil)
    #expect(events.map(fingerprint) == expected)
  }

  @Test(
    "gzip and zstd give the same events as the plain file, and a cut stream is an error", arguments: ["gzip", "zstd"])
  func compressed(tool: String) throws {
    let plain = try folder.write(GeneratorListings.hepmc3)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = tool == "gzip" ? ["gzip", "-k", plain] : ["zstd", "-q", "-k", plain]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      print("not run: \(tool) is not installed")
      return
    }
    let path = plain + (tool == "gzip" ? ".gz" : ".zst")
    #expect(readAll(path).events == readAll(plain).events)
    let bytes = try Data(contentsOf: URL(filePath: path))
    for length in stride(from: 4, to: bytes.count, by: 7) {
      let (_, error) = readAll(try folder.write(bytes.prefix(length), as: "cut"))
      #expect(error != nil, "\(length) of \(bytes.count) bytes passed as a whole file")
    }
  }

  @Test("A file cut at any line is an error that names the last whole event")
  func truncated() throws {
    let lines = GeneratorListings.hepmc3.split(separator: "\n", omittingEmptySubsequences: false)
    let second = try #require(lines.firstIndex { $0.hasPrefix("E 1") })
    for count in 0..<(lines.count - 2) {
      let text = lines.prefix(count).joined(separator: "\n") + "\n"
      let (events, error) = readAll(try folder.write(text))
      let found = try #require(error, "\(count) lines passed as a whole file")
      #expect(events.count == found.wholeEvents)
      #expect(found.wholeEvents == (count > second ? 1 : 0))
      if count > second { #expect(found.description.contains("1 whole event")) }
    }
  }

  @Test(
    "Damaged lines are named with their number and reason",
    arguments: [
      ("P 5 -2 16 0.05 0.1", "P 5 -2 16 zero 0.1", 13, "px"),
      ("P 5 -2 16 0.05 0.1", "P 5 -2 16 nan 0.1", 13, "px"),
      ("P 5 -2 16 0.05 0.1", "P 6 -2 16 0.05 0.1", 13, "expected 5"),
      ("P 5 -2 16", "P 5 -3 16", 16, "vertex -3"),
      ("P 5 -2 16", "P 5 -9 16", 13, "parent -9"),
      ("E 0 3 7", "E 0 3 8", 16, "announces 8 particles"),
      ("E 0 3 7", "E 0 1 7", 11, "vertex number -2"),
      ("E 0 3 7", "E 0 4 7", 16, "announces 4 vertices"),
      ("E 0 3 7", "E 0 3 99999999", 5, "the number of particles"),
      ("U GEV MM", "U TEV MM", 6, "momentum unit 'TEV'"),
      ("V -2 0 [3]", "V -2 0 [3", 11, "']'"),
      ("V -2 0 [3]", "V -2 0 [2]", 11, "ends in two vertices"),
      ("V -2 0 [3]", "X -3 0 [3]", 11, "not a line"),
      ("P 7 4 22", "P 7 7 22", 15, "parent 7"),
      ("[1,2]", "[7,2]", 16, "own ancestors"),
    ])
  func damaged(original: String, replacement: String, line: Int, reason: String) throws {
    let text = GeneratorListings.hepmc3.replacingOccurrences(of: original, with: replacement)
    #expect(text != GeneratorListings.hepmc3)
    let error = try #require(readAll(try folder.write(text)).error)
    #expect(error.description.contains(reason), "\(error)")
    #expect(error.line == line || abs(error.line - line) <= 2, "\(error), expected line \(line)")
  }

  @Test("What is no generator file is refused with what was expected")
  func otherFiles() throws {
    for text in ["", "\n\n", "<LesHouchesEvents version=\"1.0\">\n", "hello\n", "HepMC::Version 3\nHepMC::HEPEVT\n"] {
      let error = try #require(readAll(try folder.write(text)).error)
      #expect(error.kind == .unknownFormat, "\(error)")
    }
    #expect(readAll(folder.url.path).error?.kind == .unreadable)
    #expect(readAll(folder.url.appending(path: "missing").path).error?.kind == .unreadable)
  }
}

/// A small generator for choosing mutations.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}
