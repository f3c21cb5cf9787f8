import Menu
import Testing

@Suite("Menus are read and resolved")
struct MenuReadingTests {
  @Test("the demonstration menu has its lines, prescales, seeds, streams and budgets")
  func demonstration() throws {
    let menu = try TestMenus.read(TestMenus.demonstration)
    #expect(menu.name == "demonstration")
    #expect(menu.version == 7)
    #expect(menu.warnings.isEmpty)
    #expect(menu.level1.budget == 30_000)
    #expect(menu.highLevel.budget == 10_000)
    #expect(
      menu.level1.lines.map(\.name) == ["single_photon", "two_tracks", "bhabha_calibration", "hard_cluster"])
    #expect(menu.level1.lines.map(\.prescale) == [1, 2, 20, 1])
    #expect(menu.highLevel.lines.map(\.seeds) == [[0, 1], [0], nil, nil])
    #expect(menu.highLevel.lines.map(\.kind) == [.accept, .accept, .accept, .reject])
    #expect(menu.highLevel.lines.map(\.stream) == ["physics", "physics", "calibration", "physics"])
    #expect(menu.highLevel.lines[1].prescale == 2.5)
    #expect(menu.highLevel.mode == .reject)
  }

  @Test("the high-level steps come cheapest first, with those they require")
  func steps() throws {
    let menu = try TestMenus.read(TestMenus.demonstration)
    let level = menu.highLevel.compile()
    #expect(level.steps.map { level.vocabulary.steps[$0].name } == ["clusters", "tracks", "vertices"])
  }

  @Test("included files come first, paths are relative, definitions are shared")
  func include() throws {
    let files = MenuFiles.memory([
      "menus/top.yaml": """
      menu: top
      include: common/cuts.yaml
      level1:
        lines:
          - name: own
            when: hard
      """,
      "menus/common/cuts.yaml": """
      include: ../more.yaml
      define:
        hard: energy_sum > 3 GeV
      level1:
        lines:
          - {name: shared, when: hard and veto}
      """,
      "menus/more.yaml": "level1:\n  lines:\n    - {name: first, bits: ehigh}\n",
    ])
    let menu = try TriggerMenu(
      contentsOf: "menus/top.yaml", vocabularies: TestMenus.vocabularies, files: files)
    #expect(menu.level1.lines.map(\.name) == ["first", "shared", "own"])
    #expect(menu.files == ["menus/top.yaml", "menus/common/cuts.yaml", "menus/more.yaml"])
  }

  @Test("a star belongs to the name it follows, unless an operand follows without a space")
  func stars() throws {
    let menu = try TestMenus.read(
      """
      menu: stars
      level1:
        lines:
          - {name: a, when: "n_clusters(E*>2 GeV, E*2 < E * 3, E*(1 + 1) > E*/2) >= 1"}
      high_level:
        lines:
          - {name: b, when: "any(opening_angle*(track, track) > 90 deg)"}
          - {name: c, when: "any(opening_angle* > 90 deg of track_pairs)"}
          - {name: d, when: "n_track_pairs(opening_angle* > 90 deg) > 0"}
      """)
    #expect(menu.level1.lines[0].expression == "n_clusters(E* > 2 GeV, E * 2 < E * 3, E * (1 + 1) > E* / 2) >= 1")
    let nodes = menu.highLevel.compile()
    // The first two are the same computation; the third counts.
    #expect(nodes.operationCount == 5)
  }

  @Test("text written back from an expression reads as the same computation")
  func roundTrip() throws {
    let texts = [
      "energy_sum - (1 GeV - energy_sum) > 2 GeV", "energy_sum / (2 * 3) > 1 GeV", "-(energy_sum + 1 GeV) < 0 GeV",
      "not (veto or ehigh) and (bha_veto or not veto)", "(1 < 2) and veto", "2 * -energy_sum < 1 GeV",
      "max(energy_sum, 2 GeV) > min(3 GeV, energy_sum)", "n_clusters(E > 1 GeV or (time < 1 ns and E > 2 GeV)) = 2",
      "all(E > 1 GeV of clusters(theta > 1 rad, time < 0.5 us))", "t2 != 1 or clst <= 3",
      "max(omega of tracks) > 0.01 1/cm",
    ]
    for text in texts {
      let first = try TestMenus.read(TestMenus.level1(when: "\"\(text)\""))
      let line = first.level1.lines[0]
      let second = try TestMenus.read(TestMenus.level1(when: "\"\(line.expression)\""))
      #expect(second.level1.lines[0].expression == line.expression)
      #expect(second.contentHash == first.contentHash, "\(text)")
      let canonical = try TestMenus.read(TestMenus.level1(when: "\"\(line.canonicalExpression)\""))
      #expect(canonical.contentHash == first.contentHash, "\(line.canonicalExpression)")
    }
  }

  @Test("the content hash depends on what decides and on nothing else")
  func contentHash() throws {
    let menu = try TestMenus.read(TestMenus.demonstration)
    let relaid = TestMenus.demonstration
      .replacing("32 deg < theta < 125 deg", with: "( 32 deg<theta<125 deg )  # the barrel")
      .replacing("barrel", with: "central").replacing("30 kHz", with: "30000 Hz").replacing("8 GeV", with: "8000 MeV")
    #expect(try TestMenus.read(relaid).contentHash == menu.contentHash)
    for (old, new) in [
      ("version: 7", "version: 8"), ("prescale: 2\n", "prescale: 3\n"), ("125 deg", "126 deg"),
      ("after: single_photon", "after: two_tracks"), ("stream: calibration", "stream: other"),
      ("budget: 10 kHz", "budget: 11 kHz"), ("reject:", "accept:"),
    ] {
      let changed = TestMenus.demonstration.replacing(old, with: new)
      #expect(changed != TestMenus.demonstration)
      #expect(try TestMenus.read(changed).contentHash != menu.contentHash, "after \(old) became \(new)")
    }
  }

  @Test("SHA-256 gives the published digests")
  func publishedDigests() {
    // FIPS 180-2, appendix B, and the empty message.
    #expect(
      SHA256.hexadecimalDigest(of: "abc".utf8) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SHA256.hexadecimalDigest(of: "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      SHA256.hexadecimalDigest(of: []) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      SHA256.hexadecimalDigest(of: Array(repeating: UInt8(ascii: "a"), count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }
}
