/// Reading decisions from comma-separated values.
extension RecordedDecisions {
  /// Where a kind of words stands in the rows: one cell with all of them, or one cell each.
  private struct Place {
    let name: String
    let cells: [Int]
  }

  init(text content: some Collection<UInt8>, file: String) throws {
    self.init()
    func fail(_ row: Int?, _ column: String?, _ reason: String) -> RecordedDecisionsError {
      RecordedDecisionsError(file: file, row: row, column: column, reason: reason)
    }
    guard let text = String(validating: content, as: UTF8.self) else { throw fail(nil, nil, "it is not UTF-8 text") }
    var head: [String]?
    var places: [(member: WritableKeyPath<RecordedDecisions, [UInt32]?>, place: Place)] = []
    var event: Int?
    var prescales: (name: String, cell: Int)?
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let cells = Self.cells(line)
      guard let first = cells.first, cells.count > 1 || !first.isEmpty, !first.hasPrefix("#") else { continue }
      guard let names = head else {
        head = cells
        for name in cells where cells.count(where: { $0 == name }) > 1 {
          throw fail(index + 1, name, "stands twice")
        }
        event = Self.eventColumns.lazy.compactMap { cells.firstIndex(of: $0) }.first
        prescales = Self.prescaleColumns.lazy.compactMap { name in cells.firstIndex(of: name).map { (name, $0) } }.first
        for (names, member) in [
          (Self.inputColumns, \RecordedDecisions.input), (Self.beforeColumns, \.before), (Self.afterColumns, \.after),
        ] {
          if let place = names.lazy.compactMap({ Self.place($0, cells) }).first { places.append((member, place)) }
        }
        guard !places.isEmpty else {
          throw fail(
            index + 1, nil,
            "no columns of words; expected input, ftdl, psnm, found \(cells.prefix(20).joined(separator: ", "))")
        }
        for (member, _) in places { self[keyPath: member] = [] }
        continue
      }
      guard cells.count == names.count else {
        throw fail(index + 1, nil, "\(cells.count) cells, the head has \(names.count)")
      }
      events.append(event.map { cells[$0] } ?? "\(count + 1)")
      for (member, place) in places {
        let words = place.cells.flatMap { cells[$0].split(whereSeparator: \.isWhitespace) }
        guard words.count <= Self.words else {
          throw fail(index + 1, place.name, "\(words.count) words, an event has \(Self.words) at most")
        }
        for word in words {
          guard let value = Self.word(word) else {
            throw fail(index + 1, place.name, "'\(word.prefix(20))' is not a hexadecimal word of 32 bits")
          }
          self[keyPath: member]?.append(value)
        }
        self[keyPath: member]?.append(contentsOf: repeatElement(0, count: Self.words - words.count))
      }
      if let (name, cell) = prescales {
        let numbers = cells[cell].split(whereSeparator: \.isWhitespace)
        let set = numbers.compactMap { UInt32($0).map(Double.init) }
        guard set.count == numbers.count, set.count <= Self.words * 32 else {
          throw fail(index + 1, name, "expected at most \(Self.words * 32) whole numbers with blanks between them")
        }
        use(prescales: set)
      }
    }
  }

  /// The cells of a row, blanks and quotes around them dropped.
  private static func cells(_ line: Substring) -> [String] {
    line.split(separator: ",", omittingEmptySubsequences: false).map { cell in
      func isEdge(_ character: Character) -> Bool { character.isWhitespace || character == "\"" }
      let start = cell.firstIndex { !isEdge($0) } ?? cell.endIndex
      let end = cell.lastIndex { !isEdge($0) }.map { cell.index(after: $0) } ?? start
      return String(cell[start..<max(start, end)])
    }
  }

  private static func place(_ name: String, _ names: [String]) -> Place? {
    if let cell = names.firstIndex(of: name) { return Place(name: name, cells: [cell]) }
    for separator in ["", "_"] {
      let cells = (0..<words).map { names.firstIndex(of: "\(name)\(separator)\($0)") }.prefix { $0 != nil }
      if !cells.isEmpty { return Place(name: "\(name)\(separator)0", cells: cells.compactMap { $0 }) }
    }
    return nil
  }

  private static func word(_ text: Substring) -> UInt32? {
    let digits = text.hasPrefix("0x") || text.hasPrefix("0X") ? text.dropFirst(2) : text
    guard !digits.isEmpty, digits.utf8.count <= 8, digits.allSatisfy(\.isHexDigit) else { return nil }
    return UInt32(digits, radix: 16)
  }
}
