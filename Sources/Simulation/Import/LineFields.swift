import Foundation

/// The blank-separated fields of one line of text, read from left to right with an error that names the field.
///
/// The line must be followed by a byte that ends a number (the reader leaves a zero there).
struct LineFields {
  private var cursor: UnsafePointer<CChar>
  private let end: UnsafePointer<CChar>

  init(line: UnsafePointer<CChar>, length: Int) {
    cursor = line
    end = line + length
  }

  private mutating func skipBlanks() {
    while cursor < end, cursor.pointee == 0x20 || cursor.pointee == 0x09 { cursor += 1 }
  }

  /// Whether nothing but blanks is left.
  mutating func isAtEnd() -> Bool {
    skipBlanks()
    return cursor >= end
  }

  /// The text up to the next blank, for error messages; at most 40 characters of it.
  private mutating func foundText() -> String {
    skipBlanks()
    guard cursor < end else { return "the end of the line" }
    var bytes: [UInt8] = []
    var position = cursor
    while position < end, position.pointee != 0x20, bytes.count < 40 {
      let isPrintable = position.pointee > 0x20 && position.pointee < 0x7f
      bytes.append(isPrintable ? UInt8(position.pointee) : 0x3f)
      position += 1
    }
    return "'\(String(decoding: bytes, as: UTF8.self))'"
  }

  /// The next word, if one is left.
  mutating func word() -> String? {
    skipBlanks()
    guard cursor < end else { return nil }
    let start = cursor
    while cursor < end, cursor.pointee != 0x20, cursor.pointee != 0x09 { cursor += 1 }
    return String(
      decoding: UnsafeRawBufferPointer(start: start, count: cursor - start), as: UTF8.self)
  }

  /// Takes the next byte if it is `character`.
  mutating func take(_ character: Character) -> Bool {
    skipBlanks()
    guard cursor < end, UInt8(bitPattern: cursor.pointee) == character.asciiValue else { return false }
    cursor += 1
    return true
  }

  /// The next field as an integer that fits 32 bits, the library's own integer.
  mutating func integer(_ name: String) throws(ListingProblem) -> Int {
    skipBlanks()
    var position = cursor
    var negative = false
    if position < end, position.pointee == 0x2d || position.pointee == 0x2b {
      negative = position.pointee == 0x2d
      position += 1
    }
    var value = 0
    var digits = 0
    while position < end, position.pointee >= 0x30, position.pointee <= 0x39, digits < 12 {
      value = value * 10 + Int(position.pointee - 0x30)
      digits += 1
      position += 1
    }
    let ends = position >= end || [0x20, 0x09, 0x2c, 0x5b, 0x5d].contains(position.pointee)
    guard digits > 0, ends, value <= Int(Int32.max) else {
      throw ListingProblem(reason: "found \(foundText()) where \(name) should be a whole number")
    }
    cursor = position
    return negative ? -value : value
  }

  /// The next field as a finite number.
  mutating func number(_ name: String) throws(ListingProblem) -> Double {
    skipBlanks()
    var stop: UnsafeMutablePointer<CChar>?
    let value = cursor < end ? strtod(cursor, &stop) : .nan
    guard let stop, UnsafePointer(stop) > cursor, UnsafePointer(stop) <= end, value.isFinite,
      UnsafePointer(stop) == end || stop.pointee == 0x20 || stop.pointee == 0x09
    else {
      throw ListingProblem(reason: "found \(foundText()) where \(name) should be a finite number")
    }
    cursor = UnsafePointer(stop)
    return value
  }
}
