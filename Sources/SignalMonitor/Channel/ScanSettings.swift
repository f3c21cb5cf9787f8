/// Where a scan looks for peaks and how each hypothesis is fitted.
public struct ScanSettings: Hashable, Sendable {
  /// Masses tried, in the observable's unit.
  public var range: ClosedRange<Double>
  /// Distance of neighbouring hypotheses, in resolutions; whole quarters.
  public var step: Double
  /// Half-width of the fitted window, in resolutions.
  public var window: Int
  /// Orders of the background polynomial among which each window chooses.
  public var orders: ClosedRange<Int>
  /// Confidence level of upper limits.
  public var confidence: Double

  /// Settings of a scan.
  public init(
    range: ClosedRange<Double>, step: Double = 0.5, window: Int = 20, orders: ClosedRange<Int> = 1...4,
    confidence: Double = 0.9
  ) {
    self.range = range
    self.step = step
    self.window = window
    self.orders = orders
    self.confidence = confidence
  }
}
