import ArrowStream
import EventModel

/// Why recorded decisions cannot be read: file, place, what was found, what was expected.
public struct RecordedDecisionsError: Error, Equatable, CustomStringConvertible {
  /// The file.
  public let file: String
  /// The line of a text file, or the event of a stream, from 1; nil for the file as a whole.
  public let row: Int?
  /// The column's name; nil for the row as a whole.
  public let column: String?
  /// What was found and what was expected.
  public let reason: String

  /// `file:row: column 'name': reason`.
  public var description: String {
    file + (row.map { ":\($0)" } ?? "") + ": " + (column.map { "column '\($0)': " } ?? "") + reason
  }
}

/// Level-1 decisions of some trigger system, event by event: input words, line words before and after prescale, prescales.
///
/// They come from an Arrow file (a stream or the verdicts of this program, or columns written by another) or from
/// comma-separated values. Columns are found by name: `input`; `ftdl` or `before_prescale`; `psnm` or `after_prescale`;
/// `prescales`; `event`. In Arrow, words are lists of whole numbers, in a column each or together in a structure `l1`; in
/// text, hexadecimal words with blanks between them in one cell, or one cell a word (`ftdl0`, `ftdl1`, …), and decimal
/// prescales.
public struct RecordedDecisions: Sendable {
  /// Words of each event: 320 bits.
  public static let words = EventSchema.level1Words

  /// What the events are called: number, or experiment/run/number.
  public internal(set) var events: [String] = []
  /// Input words, ``words`` an event; nil if the file has none.
  public internal(set) var input: [UInt32]?
  /// Lines before prescale, ``words`` an event; nil if the file has none.
  public internal(set) var before: [UInt32]?
  /// Lines after prescale, ``words`` an event; nil if the file has none.
  public internal(set) var after: [UInt32]?
  /// The different sets of prescales, each in line order; empty if the file has none.
  public internal(set) var prescaleSets: [[Double]] = []
  /// Which set was in force for each event; empty if the file has none.
  public internal(set) var prescaleSet: [Int] = []
  /// Names of the input bits in order, where the file says.
  public internal(set) var inputNames: [String]?
  /// The number of events.
  public var count: Int { events.count }

  /// Names under which columns are looked for, the first found counting.
  static let inputColumns = ["input", "input_words", "input_bits"]
  static let beforeColumns = ["ftdl", "before_prescale"]
  static let afterColumns = ["psnm", "after_prescale"]
  static let prescaleColumns = ["prescales", "prescale"]
  static let eventColumns = ["event", "event_number", "number"]

  init() {}

  /// Reads a file of either kind.
  /// - Parameter content: the bytes of a text file; an Arrow file is told by its first bytes and read by its path.
  /// - Throws: ``RecordedDecisionsError``, or `StreamError` for an Arrow file that is damaged.
  public init(path: String, content: some Collection<UInt8>) throws {
    if content.starts(with: "ARROW1".utf8) {
      try self.init(stream: StreamFileReader(path: path), file: path)
    } else {
      try self.init(text: content, file: path)
    }
    guard input != nil || before != nil else {
      throw RecordedDecisionsError(
        file: path, row: nil, column: nil,
        reason: "no words of events: expected a column input, ftdl or before_prescale")
    }
    guard count > 0 else { throw RecordedDecisionsError(file: path, row: nil, column: nil, reason: "no events") }
  }

  // MARK: - Arrow

  /// The input words of a batch of verdicts, ``words`` an event.
  /// - Throws: `ColumnError` when there are none.
  public static func inputWords(_ batch: RecordBatch) throws -> ColumnView<UInt32> {
    guard let input = try batch.column("l1").child("input") else {
      throw ColumnError.missing(column: "l1.input", existing: batch.schema.fields.map(\.name))
    }
    guard case .fixedSizeList(_, words) = input.type else {
      throw ColumnError.type(column: "l1.input", found: input.type, expected: "fixed_size_list<uint32>[\(words)]")
    }
    return try ColumnView(input.children[0], named: "l1.input")
  }

  private init(stream: StreamFileReader, file: String) throws {
    for index in 0..<stream.batchCount { try append(stream.batch(index), file: file) }
    if prescaleSets.isEmpty, let text = stream.schema.metadata[StreamMetadata.level1Prescales] {
      let sets = text.split(separator: ";").map { $0.split(separator: ",").map { Double($0) ?? -1 } }
      guard sets.allSatisfy({ $0.allSatisfy { $0 >= 0 } }), !prescaleSet.contains(where: { $0 >= sets.count }) else {
        throw RecordedDecisionsError(
          file: file, row: nil, column: nil, reason: "the prescales in the metadata do not fit the events")
      }
      prescaleSets = sets
    } else if prescaleSets.isEmpty {
      prescaleSet = []
    }
    inputNames = stream.schema.metadata[StreamMetadata.level1Inputs]?.split(separator: ",").map(String.init)
  }

  private mutating func append(_ batch: RecordBatch, file: String) throws {
    var columns: [String: ArrayData] = [:]
    for (field, column) in zip(batch.schema.fields, batch.columns) { columns[field.name] = column }
    if let level1 = columns["l1"], case .structure(let fields) = level1.type {
      for (field, column) in zip(fields, level1.children) where columns[field.name] == nil {
        columns[field.name] = column
      }
    }
    func column(_ names: [String]) -> (name: String, values: ArrayData)? {
      names.lazy.compactMap { name in columns[name].map { (name, $0) } }.first
    }
    let first = count
    let event = column(Self.eventColumns)
    for row in 0..<batch.count {
      events.append(event.flatMap { Self.eventName($0.values.value(row)) } ?? "\(first + row + 1)")
    }
    for (names, member) in [
      (Self.inputColumns, \RecordedDecisions.input), (Self.beforeColumns, \.before), (Self.afterColumns, \.after),
    ] {
      guard let (name, values) = column(names) else { continue }
      var words = self[keyPath: member] ?? []
      self[keyPath: member] = nil
      for row in 0..<batch.count {
        let problem = Self.append(values.value(row), to: &words)
        if let problem {
          throw RecordedDecisionsError(file: file, row: first + row + 1, column: name, reason: problem)
        }
      }
      self[keyPath: member] = words
    }
    if let (name, values) = column(Self.prescaleColumns) {
      for row in 0..<batch.count {
        guard let set = Self.numbers(values.value(row)), set.count <= Self.words * 32,
          set.allSatisfy({ $0 >= 0 && $0 <= Double(UInt32.max) })
        else {
          throw RecordedDecisionsError(
            file: file, row: first + row + 1, column: name,
            reason: "expected a list of at most \(Self.words * 32) prescales, none negative")
        }
        use(prescales: set)
      }
    } else if let version = columns["prescale_version"] {
      for row in 0..<batch.count {
        guard case .unsigned(let version) = version.value(row), let index = Int(exactly: version) else { continue }
        prescaleSet.append(index)
      }
    }
  }

  /// Notes the prescales of the next event.
  mutating func use(prescales set: [Double]) {
    if let last = prescaleSet.last, prescaleSets[last] == set {
      prescaleSet.append(last)
    } else if let index = prescaleSets.firstIndex(of: set) {
      prescaleSet.append(index)
    } else {
      prescaleSet.append(prescaleSets.count)
      prescaleSets.append(set)
    }
  }

  private static func eventName(_ value: RowValue) -> String? {
    switch value {
    case .unsigned(let number): return "\(number)"
    case .signed(let number): return "\(number)"
    case .text(let name): return name
    case .structure(let members):
      func number(_ name: String) -> UInt64? {
        guard case .unsigned(let number)? = members.first(where: { $0.name == name })?.value else { return nil }
        return number
      }
      guard let experiment = number("experiment"), let run = number("run"), let event = number("number") else {
        return nil
      }
      return "\(experiment)/\(run)/\(event)"
    default: return nil
    }
  }

  private static func numbers(_ value: RowValue) -> [Double]? {
    guard case .list(let values) = value else { return nil }
    var numbers: [Double] = []
    for value in values {
      switch value {
      case .unsigned(let number): numbers.append(Double(number))
      case .signed(let number): numbers.append(Double(number))
      case .float32(let number): numbers.append(Double(number))
      case .float64(let number): numbers.append(number)
      default: return nil
      }
    }
    return numbers
  }

  /// Adds the words of an event, missing ones as zero; what is wrong otherwise.
  private static func append(_ value: RowValue, to words: inout [UInt32]) -> String? {
    guard case .list(let values) = value else { return "expected a list of words, found \(value.json)" }
    guard values.count <= Self.words else { return "\(values.count) words, an event has \(Self.words) at most" }
    for value in values {
      switch value {
      case .unsigned(let number) where number <= UInt32.max: words.append(UInt32(number))
      // Other programs keep words as signed numbers of 32 bits, or of 64.
      case .signed(let number) where number >= Int64(Int32.min) && number <= Int64(UInt32.max):
        words.append(UInt32(truncatingIfNeeded: number))
      default: return "expected words of 32 bits, found \(value.json)"
      }
    }
    words.append(contentsOf: repeatElement(0, count: Self.words - values.count))
    return nil
  }
}
