/// The decision of a level from what its lines say.
extension CompiledLevel {
  /// The events the level keeps.
  ///
  /// Accept lines count after prescale, reject lines before. At level 1, where every line accepts, this is the events
  /// that any line lets through.
  public func decision(before: LineMasks, after: LineMasks) -> RowMask {
    precondition(before.rowCount == after.rowCount && before.lineCount == lines.count, "other lines or another batch")
    var words = [UInt64](repeating: 0, count: before.wordsPerLine)
    for word in words.indices {
      var anyAccept: UInt64 = 0
      var anyReject: UInt64 = 0
      for (position, line) in lines.enumerated() {
        let index = position * before.wordsPerLine + word
        switch line.kind {
        case .accept: anyAccept |= after.values[index]
        case .reject: anyReject |= before.values[index]
        }
      }
      words[word] = mode.keeps(anyAccept: anyAccept, anyReject: anyReject)
    }
    return RowMask(words: words, rowCount: before.rowCount)
  }

  /// What one line says about one event.
  public func result(line: Int, row: Int, before: LineMasks, after: LineMasks) -> LineResult {
    .of(
      lines[line].kind, isTrue: before.isTrue(line: line, row: row),
      passesPrescale: after.isTrue(line: line, row: row))
  }
}
