/// Which front-end board of the drift chamber reads which wires.
///
/// The chamber has 299 boards of 48 channels; both numbers are public. Which wires share a board is not: here a board reads neighbouring
/// cells of all layers of one super-layer, eight cells of six layers, in the innermost super-layer six cells of eight. That
/// makes 272 boards outside and 27 inside, the last of these with four cells: 299. Boards are numbered from inside, in a
/// super-layer by azimuth.
public struct FrontEndBoards: Equatable, Sendable {
  /// Channels of a board.
  public static let channels = 48

  /// Number of boards.
  public let count: Int
  /// The board of each wire.
  private let boardOfWire: [UInt16]

  /// The boards of a chamber.
  init(layers: [DriftChamberLayer], superLayers: [DriftChamberSuperLayer]) {
    var boards: [UInt16] = []
    var first = 0
    for superLayer in superLayers {
      let cells = max(1, Self.channels / superLayer.layers.count)
      for layer in superLayer.layers {
        for cell in 0..<layers[layer].cellCount {
          boards.append(UInt16(truncatingIfNeeded: first + cell / cells))
        }
      }
      first += (superLayer.cellCount + cells - 1) / cells
    }
    count = first
    boardOfWire = boards
  }

  /// The board that reads a wire.
  /// - Parameter wire: global wire number, below the chamber's number of wires.
  public func board(ofWire wire: Int) -> Int { Int(boardOfWire[wire]) }
}
