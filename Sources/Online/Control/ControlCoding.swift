import Foundation

/// How messages between run control and others are written: JSON, with words for numbers that are not finite.
enum ControlCoding {
  private static let words = (positive: "inf", negative: "-inf", undefined: "nan")

  static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: words.positive, negativeInfinity: words.negative, nan: words.undefined)
    return encoder
  }

  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: words.positive, negativeInfinity: words.negative, nan: words.undefined)
    return decoder
  }
}
