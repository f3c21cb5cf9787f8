extension PeakDesign {
  /// The model of a window in several slices of a second observable, one after the other: one signal, divided in given
  /// shares, over a polynomial of its own in each slice.
  ///
  /// The first background column is the same in all bins, so that a start with it alone is positive everywhere; the
  /// others are the constants of all slices but the first, and the higher orders of each.
  ///
  /// - Parameters:
  ///   - window: the model of the window in one slice.
  ///   - order: order of each polynomial.
  ///   - shares: the shares of the signal, adding up to 1.
  init(_ window: PeakDesign, order: Int, shares: [Double]) {
    let bins = window.binCount
    func column(_ index: Int) -> [Double] { (0..<bins).map { window.columns[index][$0 / 8][$0 % 8] } }
    func placed(_ values: [Double], in slice: Int) -> [Double] {
      var all = [Double](repeating: 0, count: bins * shares.count)
      for bin in 0..<bins { all[slice * bins + bin] = values[bin] }
      return all
    }
    let signal = column(0)
    let constant = column(1)
    var columns = [shares.flatMap { share in signal.map { $0 * share } }]
    columns.append(shares.flatMap { _ in constant.map { $0 / Double(shares.count) } })
    for slice in shares.indices.dropFirst() { columns.append(placed(constant, in: slice)) }
    for slice in shares.indices {
      for power in 0..<order { columns.append(placed(column(power + 2), in: slice)) }
    }
    self.init(columns: columns, contained: window.contained)
  }

  /// A model of given columns: the signal, normalised to 1 in the bins, then the backgrounds, the first of them positive.
  init(columns: [[Double]], contained: Double) {
    self.init(
      binCount: columns[0].count, highestOrder: columns.count - 2, columns: columns.map { Self.packed($0) },
      contained: contained)
  }
}
