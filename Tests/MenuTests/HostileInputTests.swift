import Menu
import Statistics
import TestSupport
import Testing

@Suite("Hostile menus end in an error, in bounded time")
struct HostileInputTests {
  /// Reads a menu of any bytes. Errors must have places; what is accepted must compile and evaluate.
  private static func read(_ bytes: [UInt8]) -> Bool {
    do throws(MenuError) {
      let menu = try TriggerMenu(
        contentsOf: "fuzz.yaml", vocabularies: TestMenus.vocabularies, files: .memory(["fuzz.yaml": bytes]))
      for level in [menu.level1.compile(), menu.highLevel.compile()] {
        let columns = EventColumns(vocabulary: level.vocabulary)
        columns.begin(rowCount: 3)
        level.makeEvaluator().evaluate(columns)
      }
      #expect(menu.contentHash.count == 64)
      return true
    } catch {
      #expect(error.diagnostics.contains { $0.severity == .error })
      for diagnostic in error.diagnostics where diagnostic.span.line < 1 || diagnostic.span.column < 1 {
        Issue.record("no place: \(diagnostic)")
      }
      #expect(!error.rendered.isEmpty)
      return false
    }
  }

  private static func read(_ text: String) -> Bool { read(Array(text.utf8)) }

  private static let pieces: [String] = [
    "(", ")", "[", "]", "{", "}", ":", ": ", "- ", "\n", "\n  ", "\"", "'", "#", "|", ">", "!", "*", "&", "%", "@", "`",
    "E*", "E * ", "not ", " and ", " or ", " of ", "of", "n_", "n_clusters(", "max(", "any(", "1e308", "1e-400", "-1",
    "0x10", "99999999999999999999", ".", "..", "2 GeV", " GeV", "deg", "1/cm", "true", "~", "null", "é", "\u{0}", "\t",
    "\u{FEFF}", "\u{2028}", "\r\n", "define:", "lines:", "when:", "bits:", "<", "<=", "=", "==", "!=", ",",
    "prescale: 0",
    "include: fuzz.yaml", "barrel", "bhabha", "mass(track, track)", "sqrt(", "abs(", "---\n", "...\n", "? ", "!!str ",
  ]

  private static func mutate(_ bytes: [UInt8], _ random: inout CounterRandom) -> [UInt8] {
    var bytes = bytes
    let changes = random.chance(0.7) ? 1 : 2 + random.integer(below: 3)
    for _ in 0..<changes {
      let place = Int(random.integer(below: UInt64(bytes.count + 1)))
      let length = min(bytes.count - place, Int(random.integer(below: 20)))
      switch random.integer(below: 10) {
      case 6, 7, 8:
        // Another digit: most menus stay menus.
        if let digit = bytes[place...].firstIndex(where: { $0 >= 0x30 && $0 <= 0x39 }) {
          bytes[digit] = 0x30 + UInt8(random.integer(below: 10))
        }
      case 0 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: random.next())
      case 1 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.integer(below: 8))
      case 2: bytes.removeSubrange(place..<(place + length))
      case 3:
        bytes.insert(contentsOf: bytes[place..<(place + length)], at: Int(random.integer(below: UInt64(place + 1))))
      default:
        let piece = pieces[Int(random.integer(below: UInt64(pieces.count)))]
        bytes.insert(contentsOf: piece.utf8, at: place)
      }
    }
    return bytes
  }

  @Test("changed menus")
  func fuzzMenus() {
    var random = CounterRandom(seed: 1, purpose: RandomPurpose(named: "menus"))
    let small = """
      menu: small
      define:
        barrel: 32 deg < theta < 125 deg
      level1:
        budget: 30 kHz
        lines:
          - name: photon
            when: n_clusters(E* > 2 GeV, barrel) >= 1 and not veto
            prescale: 2
          - {name: tracks, bits: t2>1 and !bha_veto}
      high_level:
        lines:
          - {name: pair, after: photon, when: "max(mass(track, track)) > 8 GeV", stream: physics}
        reject:
          - {name: cosmic, when: "any(d0 > 2 cm of tracks)"}
      """
    let seeds = [Array(small.utf8), Array(TestMenus.demonstration.utf8)]
    #expect(seeds.allSatisfy { Self.read($0) })
    let inputs = Fuzz.inputs(40_000)
    var accepted = 0
    for round in 0..<inputs {
      let seed = seeds[round % 16 == 0 ? 1 : 0]
      accepted += Self.read(Self.mutate(seed, &random)) ? 1 : 0
    }
    // Mutations that only ever broke the YAML would not reach the checker.
    #expect(accepted > inputs / 10 && accepted < inputs * 3 / 4)
  }

  @Test("changed and random expressions")
  func fuzzExpressions() {
    var random = CounterRandom(seed: 2, purpose: RandomPurpose(named: "expressions"))
    let seeds = [
      "n_clusters(E* > 2 GeV, 32 deg < theta < 125 deg) >= 1 and not bha_veto",
      "max(E of clusters(theta > 30 deg)) > 0.5 * energy_sum or clst = 1", "(t2_1 or t2_2) and !veto",
      "all(E > 1 GeV and abs(time) < 10 ns of clusters) and sqrt(energy_sum * energy_sum) < 3 GeV",
      "-0.02 1/cm < max(omega of tracks) <= 0.02 1/cm",
    ].map { Array($0.utf8) }
    let inputs = Fuzz.inputs(50_000)
    var accepted = 0
    for round in 0..<inputs {
      var bytes: [UInt8]
      if round % 5 == 0 {
        bytes = []
        for _ in 0..<random.integer(below: 25) {
          bytes += Self.pieces[Int(random.integer(below: UInt64(Self.pieces.count)))].utf8
        }
      } else {
        bytes = Self.mutate(seeds[round % seeds.count], &random)
      }
      let menu = Array("menu: x\nlevel1:\n  lines:\n    - name: a\n      when: ".utf8) + bytes + Array("\n".utf8)
      accepted += Self.read(menu) ? 1 : 0
    }
    #expect(accepted > inputs / 50)
  }

  @Test("files of random bytes")
  func fuzzRandomBytes() {
    var random = CounterRandom(seed: 3, purpose: RandomPurpose(named: "bytes"))
    for _ in 0..<Fuzz.inputs(10_000) {
      let bytes = (0..<random.integer(below: 80)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      #expect(!Self.read(bytes))
    }
  }

  @Test("nesting without end")
  func nesting() {
    let depth = 100_000
    for expression in [
      String(repeating: "(", count: depth) + "veto" + String(repeating: ")", count: depth),
      String(repeating: "(", count: 5000) + "veto" + String(repeating: ")", count: 5000),
      String(repeating: "not ", count: 4000) + "veto", String(repeating: "- ", count: 4000) + "1 > 2",
      String(repeating: "!", count: 4000) + "veto", String(repeating: "abs(", count: 4000) + "1",
      String(repeating: "n_clusters(", count: 1500) + "veto",
      "veto" + String(repeating: " and veto", count: 2000), "1" + String(repeating: " + 1", count: 4000) + " > 2",
      "1" + String(repeating: " < 1", count: 4000),
    ] {
      _ = Self.read(TestMenus.level1(when: "\"\(expression)\""))
    }
    #expect(
      !Self.read(
        TestMenus.level1(
          when: "\"" + String(repeating: "(", count: 70) + "veto" + String(repeating: ")", count: 70) + "\"")))
    for text in [
      String(repeating: "[", count: depth), String(repeating: "{a: ", count: depth),
      String(repeating: "- ", count: depth), String(repeating: "? ", count: depth),
      (0..<5000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
      (0..<900).map { String(repeating: " ", count: $0) + "- a:\n" }.joined(),
      String(repeating: "[\n", count: 2000), String(repeating: "'", count: depth),
      String(repeating: "\"", count: depth),
    ] {
      #expect(!Self.read(text))
    }
  }

  @Test("aliases that stand for billions of nodes")
  func aliasBomb() {
    var bomb = "menu: x\na0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<12 {
      bomb += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
    }
    #expect(!Self.read(bomb))
    #expect(!Self.read(bomb + "? *a11\n: x\n"))
    #expect(!Self.read("a: \"text\"&b [x]\n? [*b, *b]\n: y\n"))
  }

  @Test("definitions that stand for billions of conditions")
  func definitionBomb() {
    var bomb = "menu: x\ndefine:\n  d0: veto\n"
    for level in 1..<60 { bomb += "  d\(level): d\(level - 1) or (ehigh and d\(level - 1))\n" }
    #expect(!Self.read(bomb + "level1:\n  lines:\n    - {name: a, when: d59}\n"))
    var chain = "menu: x\ndefine:\n  d0: veto\n"
    for level in 1..<5000 { chain += "  d\(level): not d\(level - 1)\n" }
    #expect(!Self.read(chain + "level1:\n  lines:\n    - {name: a, when: d4999}\n"))
  }

  @Test("files that are too large, too many or not text")
  func files() {
    #expect(!Self.read([UInt8](repeating: UInt8(ascii: "a"), count: 10_000_000)))
    #expect(!Self.read([UInt8](repeating: UInt8(ascii: "\n"), count: 1 << 20)))
    #expect(!Self.read([0xEF, 0xBB, 0xBF]))
    var many: [String: String] = [:]
    for index in 0..<200 {
      many["f\(index)"] = "menu: x\ninclude: f\(index + 1)\nlevel1:\n  lines:\n    - {name: l\(index), bits: veto}\n"
    }
    #expect(throws: MenuError.self) {
      try TriggerMenu(contentsOf: "f0", vocabularies: TestMenus.vocabularies, files: .memory(many))
    }
    #expect(
      TestMenus.diagnostics(
        "menu: x\nlevel1:\n  lines:\n" + (0..<400).map { "    - {name: l\($0), bits: veto}\n" }.joined()
      )
      .contains { $0.contains("more than 320 lines") })
    let tooMany = TestMenus.diagnostics(
      "menu: x\nlevel1:\n  lines:\n" + (0..<300).map { "    - {name: l\($0), bits: wrong\($0)}\n" }.joined())
    #expect(tooMany.count == 100)
  }

  @Test("bytes that are not UTF-8 are named by their place")
  func notText() {
    let bytes = Array("menu: x\ntitle: caf".utf8) + [0xE9, 0x0A]
    do throws(MenuError) {
      _ = try TriggerMenu(
        contentsOf: "latin1.yaml", vocabularies: TestMenus.vocabularies, files: .memory(["latin1.yaml": bytes]))
      Issue.record("accepted")
    } catch {
      #expect(
        error.diagnostics.map(\.description) == [
          "latin1.yaml:2:11: error: byte 18 is not UTF-8 text; save the file as UTF-8"
        ])
    }
  }

  @Test("a menu from another system: carriage returns and a byte-order mark are read")
  func carriageReturns() throws {
    let text = "\u{FEFF}" + TestMenus.demonstration.replacing("\n", with: "\r\n")
    #expect(try TestMenus.read(text).contentHash == TestMenus.read(TestMenus.demonstration).contentHash)
  }
}
