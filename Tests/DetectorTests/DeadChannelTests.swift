import Detector
import Testing

/// Front-end boards of the drift chamber, and tables of channels that record nothing.
@Suite("Dead channels")
struct DeadChannelTests {
  let detector: DetectorModel

  init() throws { detector = try DetectorModel.belle2() }

  @Test("the chamber has 299 boards of at most 48 neighbouring wires of one super-layer")
  func boards() {
    let chamber = detector.driftChamber
    #expect(chamber.boards.count == 299)
    var wires = [Int](repeating: 0, count: 299)
    var superLayers = [Set<Int>](repeating: [], count: 299)
    for wire in 0..<chamber.wireCount {
      let board = chamber.boards.board(ofWire: wire)
      wires[board] += 1
      superLayers[board].insert(chamber.layers[chamber.layer(ofWire: wire)].superLayer)
    }
    #expect(superLayers.allSatisfy { $0.count == 1 })
    // All are full but the last one of the innermost super-layer: 160 cells are 26 boards of six and four cells.
    #expect(wires.filter { $0 != FrontEndBoards.channels } == [32])
  }

  @Test("a table names boards, wires and crystals by ranges; a board is all its wires")
  func table() throws {
    let text = "# a comment\npart\tfirst\tlast\ncdc_board\t17\t18\ncdc_wire\t5000\t5000\necl_crystal\t4001\t4003\n"
    let dead = try ChannelList(text: text, file: "dead.tsv", detector: detector)
    #expect(dead.boards == [17, 18] && dead.crystals == [4001, 4002, 4003])
    #expect(dead.wires.count == 97 && dead.wires.contains(5000))
    #expect(dead.description(detector) == "cdc_board 17-18; cdc_wire 5000; ecl_crystal 4001-4003")
    #expect(try dead == ChannelList(boards: [17, 18], wires: [5000], crystals: 4001...4003, of: detector))
    #expect(ChannelList.none.isEmpty && !dead.isEmpty)
  }

  @Test(
    "what does not exist is refused with file, line and column",
    arguments: [
      (
        "svd_strip\t1\t2",
        "dead.tsv:2: column \"part\": \"svd_strip\" where cdc_board, cdc_wire or ecl_crystal is expected"
      ),
      ("cdc_board\t0\t299", "dead.tsv:2: column \"last\": 299 is outside 0 to 298"),
      ("cdc_wire\t14336\t14336", "dead.tsv:2: column \"first\": 14336 is outside 0 to 14335"),
      ("ecl_crystal\t0\t1", "dead.tsv:2: column \"first\": 0 is outside 1 to 8736"),
      ("cdc_wire\t9\t8", "dead.tsv:2: column \"last\": 8 is below first, 9"),
      ("cdc_wire\t1e3\t8", "dead.tsv:2: column \"first\": \"1e3\" where a whole number is expected"),
      ("cdc_wire\t1", "dead.tsv:2: 2 fields, but the header names 3 columns"),
    ])
  func refused(row: String, expected: String) {
    let error = #expect(throws: DetectorTableError.self) {
      try ChannelList(text: "part\tfirst\tlast\n\(row)\n", file: "dead.tsv", detector: detector)
    }
    #expect(error?.description == expected)
    #expect(throws: DetectorTableError.self) { try ChannelList(boards: [-1], of: detector) }
  }
}
