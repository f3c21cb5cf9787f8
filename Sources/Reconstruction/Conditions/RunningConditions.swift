import Detector
import Kinematics

/// A number of the running conditions.
public enum ConditionParameter: Int, CaseIterable, Sendable {
  /// Middle of the luminous region, x, cm.
  case interactionX
  /// Middle of the luminous region, y, cm.
  case interactionY
  /// Middle of the luminous region, z, cm.
  case interactionZ
  /// Rms length of the luminous region along z, cm.
  case interactionLength
  /// Momentum of a collision along x, GeV: with that along z it is the boost.
  case momentumX
  /// Momentum of a collision along z, GeV.
  case momentumZ
  /// Mean of the event times found by the tracks, ns.
  case eventTime
  /// Measured over true energy in the calorimeter.
  case calorimeterScale
  /// Beam-background level, 1 is the design.
  case backgroundLevel
  /// Luminosity, 1e34 / cm2 / s.
  case luminosity

  /// The name in results.
  public var name: String {
    switch self {
    case .interactionX: "interaction_x"
    case .interactionY: "interaction_y"
    case .interactionZ: "interaction_z"
    case .interactionLength: "interaction_length"
    case .momentumX: "momentum_x"
    case .momentumZ: "momentum_z"
    case .eventTime: "event_time"
    case .calorimeterScale: "calorimeter_scale"
    case .backgroundLevel: "background_level"
    case .luminosity: "luminosity"
    }
  }

  /// The unit in results; empty for plain numbers.
  public var unit: String {
    switch self {
    case .interactionX, .interactionY, .interactionZ, .interactionLength: "cm"
    case .momentumX, .momentumZ: "GeV"
    case .eventTime: "ns"
    case .luminosity: "1e34 / cm2 / s"
    case .calorimeterScale, .backgroundLevel: ""
    }
  }

  /// How far the parameter may go in one version, and the range that it may not leave: what moves faster is no
  /// condition but a mistake, and is followed no faster than this.
  var bounds: (step: Double, range: ClosedRange<Double>) {
    switch self {
    case .interactionX, .interactionY: (0.005, -0.5...0.5)
    case .interactionZ: (0.03, -2...2)
    case .interactionLength: (0.01, 0.001...1)
    case .momentumX, .momentumZ: (0.02, -1...10)
    case .eventTime: (1, -50...50)
    case .calorimeterScale: (0.01, 0.5...1.5)
    case .backgroundLevel: (0.2, 0...100)
    case .luminosity: (.infinity, 0...1000)
    }
  }

  /// Rms change from one version to the next that is taken to be normal: what the last value still says about the next.
  var walk: Double {
    switch self {
    case .interactionX, .interactionY: 0.002
    case .interactionZ: 0.01
    case .interactionLength: 0.002
    case .momentumX, .momentumZ: 0.002
    case .eventTime: 0.2
    case .calorimeterScale: 0.005
    case .backgroundLevel: 0.05
    case .luminosity: .infinity
    }
  }
}

/// A parameter of the running conditions with its uncertainty.
public struct ConditionValue: Sendable, Equatable, Codable {
  /// The value, in the unit of its parameter.
  public var value: Double
  /// Standard deviation; infinity for a value that was assumed and never measured.
  public var error: Double
  /// Tracks, pairs or events that the last measurement used; 0 if it was never measured.
  public var entries: Int
  /// True if the last measurement lies further away than the parameter may go in one version.
  public var isLimited: Bool

  /// A value that was never measured.
  init(assumed value: Double) {
    self.value = value
    error = .infinity
    entries = 0
    isLimited = false
  }
}

/// What the reconstruction of an event takes for granted about machine and detector at its time. A version holds for an interval of
/// accepted events and is made from events before it.
public struct RunningConditions: Sendable, Equatable, Codable {
  /// 0 for the constants of the detector model, then 1, 2, ….
  public internal(set) var version: UInt32
  /// Number of the first accepted event, from 0 in the order of the stream, that these conditions hold for.
  public internal(set) var firstAccepted: Int
  private var values: [ConditionValue]

  /// What is assumed before anything was measured: the constants of the detector model, no time offset, a true calorimeter.
  public init(_ detector: DetectorModel) {
    version = 0
    firstAccepted = 0
    let total = detector.beams.total.momentum
    values = ConditionParameter.allCases.map { parameter in
      switch parameter {
      case .interactionX, .interactionY, .interactionZ, .eventTime, .backgroundLevel, .luminosity:
        ConditionValue(assumed: 0)
      case .interactionLength: ConditionValue(assumed: detector.beams.luminousRegion.z)
      case .momentumX: ConditionValue(assumed: total.x)
      case .momentumZ: ConditionValue(assumed: total.z)
      case .calorimeterScale: ConditionValue(assumed: 1)
      }
    }
  }

  /// A parameter with its uncertainty.
  public internal(set) subscript(_ parameter: ConditionParameter) -> ConditionValue {
    get { values[parameter.rawValue] }
    set { values[parameter.rawValue] = newValue }
  }

  /// Middle of the luminous region, cm.
  public var interactionPoint: Vector3 {
    Vector3(self[.interactionX].value, self[.interactionY].value, self[.interactionZ].value)
  }

  /// Where collisions happen, for vertex fits: the mean point, and the spread with the uncertainty of the mean.
  /// - Parameter beams: give the spread across the beams, which tracks do not resolve.
  public func interactionRegion(_ beams: Beams) -> InteractionRegion {
    func joined(_ spread: Double, _ parameter: ConditionParameter) -> Double {
      let error = self[parameter].error
      return error.isFinite ? (spread * spread + error * error).squareRoot() : spread
    }
    return InteractionRegion(
      centre: interactionPoint,
      spread: Vector3(
        joined(beams.luminousRegion.x, .interactionX), joined(beams.luminousRegion.y, .interactionY),
        joined(self[.interactionLength].value, .interactionZ)))
  }

  /// Momentum of a collision in the laboratory, GeV; the crossing is horizontal, so that y is zero.
  public var collisionMomentum: Vector3 { Vector3(self[.momentumX].value, 0, self[.momentumZ].value) }
}
