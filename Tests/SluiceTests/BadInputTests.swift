import Foundation
import Testing

/// What a user may hand over by mistake or on purpose: one clear error, exit status 2, nothing printed as a result and
/// nothing left behind.
@Suite("Bad input of the command line")
struct BadInputTests {
  private static var sample: URL { SluiceProgram.root.appending(path: "Replay/mumu.arrow") }

  /// Expects a refusal that says something.
  private func expectRefusal(
    _ arguments: [String], _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try SluiceProgram.run(arguments)
    #expect(outcome.status == 2, "\(arguments): \(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.output.isEmpty, "\(arguments)", sourceLocation: sourceLocation)
    for word in words {
      #expect(outcome.errors.contains(word), "\(arguments): \(outcome.errors)", sourceLocation: sourceLocation)
    }
  }

  @Test(
    "a file that is no stream is refused by every command that reads one, and nothing is written",
    arguments: [Data(), Data("ARROW1\0\0".utf8), Data("run, event, energy\n1, 2, 10.58\n".utf8), Data(count: 5000)])
  func noStream(content: Data) throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let file = folder.appending(path: "stream.arrow")
      let output = folder.appending(path: "output")
      try content.write(to: file)
      for call in [
        ["replay", file.path, "--output", output.path], ["inspect", file.path, "--verify"],
        ["inspect", file.path, "--repair", output.path], ["inspect", file.path, "--event", "1"],
        ["menu", "explain", file.path, "1"], ["fit", "dimuon", file.path],
        ["import", file.path, "-o", output.path], ["simulate", "--mixture", file.path, "-o", output.path],
        ["replay", Self.sample.path, "--menu", file.path], ["replay", Self.sample.path, "--channels", file.path],
      ] {
        try expectRefusal(call, file.path)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["stream.arrow"])
    }
  }

  @Test("a replay of a stream that is cut or changed anywhere is refused, and leaves no output")
  func damagedStream() throws {
    let whole = try Data(contentsOf: Self.sample)
    let places = [70, 20_000, 8_700, 340_000, 673_000, 1_000_000, whole.count - 900, whole.count - 3]
    try SluiceProgram.withTemporaryFolder { folder in
      let file = folder.appending(path: "stream.arrow")
      let output = folder.appending(path: "output")
      for (round, place) in places.enumerated() {
        var content = whole
        if round % 2 == 0 { content = content.prefix(place) } else { content[place] ^= 1 << (round % 8) }
        try content.write(to: file)
        try expectRefusal(["replay", file.path, "--output", output.path, "--force"], file.path)
        #expect((try? FileManager.default.contentsOfDirectory(atPath: output.path)) ?? [] == [])
      }
    }
  }

  @Test("an output that would destroy what it is made from is refused, also with --force")
  func outputIsInput() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let stream = folder.appending(path: "accepted.arrow")
      try FileManager.default.copyItem(at: Self.sample, to: stream)
      try expectRefusal(["replay", stream.path, "--output", folder.path, "--force"], "one of the streams")
      #expect(try Data(contentsOf: stream) == Data(contentsOf: Self.sample))
      let events = folder.appending(path: "events.hepmc3")
      try Data("HepMC::Version 3.02.05\n".utf8).write(to: events)
      try expectRefusal(["import", events.path, "-o", events.path, "--force"], "one of the generator files")
      #expect(try Data(contentsOf: events).count == 23)
    }
  }

  @Test("an input that is given twice is refused: its events would count twice")
  func givenTwice() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let copy = folder.appending(path: "copy.arrow")
      let link = folder.appending(path: "link.arrow")
      try FileManager.default.copyItem(at: Self.sample, to: copy)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: Self.sample)
      try expectRefusal(["replay", Self.sample.path, link.path], "each stream once")
      try expectRefusal(["replay", Self.sample.path, copy.path], "1/1/1", "every key may occur once")
      try expectRefusal(["fit", "dimuon", copy.path, copy.path], "twice")
      try expectRefusal(["import", "a.hepmc3", "a.hepmc3", "-o", "never.arrow"], "twice")
    }
  }

  @Test("results that cannot be written are refused before any work is done", arguments: ["", "/", "/no-such/x.json"])
  func unwritableResults(path: String) throws {
    try expectRefusal(["replay", Self.sample.path, "--json", path], "--json '\(path)': cannot be written")
    try expectRefusal(["menu", "check", "--json", path], "--json '\(path)': cannot be written")
    try expectRefusal(["fit", "dimuon", Self.sample.path, "--plot", path], "--plot '\(path)': cannot be written")
  }

  @Test("an output folder that is a file, or holds results already, is refused")
  func outputFolder() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let file = folder.appending(path: "file")
      try Data("mine".utf8).write(to: file)
      try expectRefusal(["replay", Self.sample.path, "--output", file.path], "is not a folder")
      try Data("mine".utf8).write(to: folder.appending(path: "verdicts.arrow"))
      try expectRefusal(["replay", Self.sample.path, "--output", folder.path], "verdicts.arrow: exists already")
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.sorted() == ["file", "verdicts.arrow"])
    }
  }

  @Test("results that meet a full disk end with an error, not a crash", .enabled(if: access("/dev/full", W_OK) == 0))
  func fullDisk() throws {
    for arguments in [["menu", "show"], ["menu", "show", "--json", "-"], ["inspect", Self.sample.path]] {
      let outcome = try SluiceProgram.run(arguments, output: FileHandle(forWritingTo: URL(filePath: "/dev/full")))
      #expect(outcome.status == 2, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.hasPrefix("error: standard output: cannot be written"))
    }
  }

  @Test(
    "numbers that cannot be are refused with the name of the option and what is possible",
    arguments: [
      ["replay", "S", "--workers", "0"], ["replay", "S", "--workers", "100000"], ["replay", "S", "--workers", "nan"],
      ["replay", "S", "--pace", "0"], ["replay", "S", "--pace", "nan"], ["replay", "S", "--pace", "1e300"],
      ["replay", "S", "--repeat", "0"], ["replay", "S", "--repeat", "9223372036854775807"],
      ["replay", "S", "--keep-rejected=-1"], ["replay", "S", "--seed", "18446744073709551616"],
      ["replay", "S", "--reconstruct", "trakcs"],
      ["simulate", "--process", "mumu", "-o", "never.arrow", "--events", "9", "--drift-calorimeter", "60"],
      ["simulate", "--process", "mumu", "-o", "never.arrow", "--events", "9", "--drift-interaction-point", "1,2"],
      ["simulate", "--process", "mumu", "-o", "never.arrow", "--events", "0"],
      ["simulate", "--process", "mumu", "-o", "never.arrow", "--seconds", "1e300"],
      ["simulate", "--process", "mumu", "-o", "never.arrow", "--events", "1", "--luminosity", "nan"],
      ["simulate", "--process", "mumu", "-o", "never.arrow", "--events", "1", "--workers", "1000000"],
      ["simulate", "--process", "gun", "-o", "never.arrow", "--events", "1", "--particle", "mu-", "--momentum", "inf"],
    ])
  func impossibleNumber(arguments: [String]) throws {
    let option = try #require(arguments.last { $0.hasPrefix("--") })
    let name = option.split(separator: "=")[0].dropFirst(2)
    try expectRefusal(arguments.map { $0 == "S" ? Self.sample.path : $0 }, String(name))
    #expect(!FileManager.default.fileExists(atPath: SluiceProgram.root.appending(path: "never.arrow").path))
  }
}
