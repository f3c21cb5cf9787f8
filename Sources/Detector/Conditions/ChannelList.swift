import Foundation

/// Channels of the detector in a condition of their own, none by default: a simulation is told of those that record nothing, and of
/// those that record something in every event.
///
/// Read from a tab-separated table of ranges, both ends included:
///
///     # six boards of the chamber and a wire beside them, two crystals
///     part         first  last
///     cdc_board    17     17
///     cdc_board    120    124
///     cdc_wire     5000   5000
///     ecl_crystal  4001   4002
///
/// `cdc_board` are the boards of ``FrontEndBoards`` from 0, `cdc_wire` wires from 0 through all layers, `ecl_crystal` crystals from 1.
public struct ChannelList: Equatable, Sendable {
  /// No channel.
  public static let none = ChannelList()

  /// Boards of the drift chamber.
  public private(set) var boards: Set<Int> = []
  /// Wires, those of the boards included.
  public private(set) var wires: Set<Int> = []
  /// Crystals of the calorimeter.
  public private(set) var crystals: Set<Int> = []

  private init() {}

  /// Channels by number.
  /// - Parameters:
  ///   - boards: front-end boards of the drift chamber.
  ///   - wires: single wires beside those of the boards.
  ///   - crystals: crystals, from 1.
  /// - Throws: `DetectorTableError` for a number that the detector does not have.
  public init(
    boards: some Sequence<Int> = [], wires: some Sequence<Int> = [], crystals: some Sequence<Int> = [],
    of detector: DetectorModel
  ) throws(DetectorTableError) {
    for (part, numbers) in [(Part.board, Array(boards)), (.wire, Array(wires)), (.crystal, Array(crystals))] {
      let range = part.range(detector)
      for number in numbers {
        guard range.contains(number) else {
          throw DetectorTableError(
            file: "channels", column: part.rawValue,
            problem: "\(number) is outside \(range.lowerBound) to \(range.upperBound)")
        }
        add(part, number, detector)
      }
    }
  }

  /// Reads a table of channels.
  /// - Throws: `DetectorTableError` with file, line and column of the first fault.
  public init(path: String, detector: DetectorModel) throws(DetectorTableError) {
    let data: Data
    do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw DetectorTableError(file: path, problem: "cannot be read: \(error.localizedDescription)")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw DetectorTableError(file: path, problem: "not UTF-8 text")
    }
    try self.init(text: text, file: path, detector: detector)
  }

  /// Reads channels from the text of a table.
  /// - Throws: `DetectorTableError` with line and column of the first fault.
  public init(text: String, file: String, detector: DetectorModel) throws(DetectorTableError) {
    let table = try DetectorTable(file: file, text: text)
    for row in table.rows.indices {
      let name = try table.text(row, "part")
      guard let part = Part(rawValue: name) else {
        throw table.error(row, "part", "\"\(name)\" where cdc_board, cdc_wire or ecl_crystal is expected")
      }
      let range = part.range(detector)
      let first = try table.integer(row, "first", in: range)
      let last = try table.integer(row, "last", in: range)
      guard last >= first else { throw table.error(row, "last", "\(last) is below first, \(first)") }
      for number in first...last { add(part, number, detector) }
    }
  }

  private enum Part: String {
    case board = "cdc_board"
    case wire = "cdc_wire"
    case crystal = "ecl_crystal"

    func range(_ detector: DetectorModel) -> ClosedRange<Int> {
      switch self {
      case .board: 0...detector.driftChamber.boards.count - 1
      case .wire: 0...detector.driftChamber.wireCount - 1
      case .crystal: 1...detector.calorimeter.crystalCount
      }
    }
  }

  private mutating func add(_ part: Part, _ number: Int, _ detector: DetectorModel) {
    switch part {
    case .wire: wires.insert(number)
    case .crystal: crystals.insert(number)
    case .board:
      guard boards.insert(number).inserted else { return }
      let chamber = detector.driftChamber
      for wire in 0..<chamber.wireCount where chamber.boards.board(ofWire: wire) == number { wires.insert(wire) }
    }
  }

  /// Whether it holds no channel.
  public var isEmpty: Bool { wires.isEmpty && crystals.isEmpty }

  /// All of them as ranges, for a stream's metadata: `cdc_board 17,120-124; cdc_wire 5000; ecl_crystal 4001-4002`; wires of
  /// boards are not named again.
  public func description(_ detector: DetectorModel) -> String {
    let single = wires.filter { !boards.contains(detector.driftChamber.boards.board(ofWire: $0)) }
    return [(Part.board, boards), (.wire, single), (.crystal, crystals)].filter { !$0.1.isEmpty }
      .map { "\($0.0.rawValue) \(Self.ranges($0.1))" }.joined(separator: "; ")
  }

  private static func ranges(_ numbers: Set<Int>) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers.sorted() {
      if let last = ranges.last, last.upperBound == number - 1 {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }
}
