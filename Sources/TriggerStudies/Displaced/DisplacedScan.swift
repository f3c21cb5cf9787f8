import Statistics

/// What level 1 does with tracks and pairs shot from given places, one point after the other.
public struct DisplacedScan: Encodable, Sendable {
  /// A place to shoot from.
  public struct Place: Encodable, Sendable, Equatable {
    /// Distance from the beam line at which tracks begin, cm; nil for tracks that begin where they come closest to it.
    public var radius: Double?
    /// Impact parameter of single tracks, cm.
    public var impactParameter: Double?

    /// A place.
    public init(radius: Double?, impactParameter: Double?) {
      self.radius = radius
      self.impactParameter = impactParameter
    }

    enum CodingKeys: String, CodingKey {
      case radius = "radius_cm"
      case impactParameter = "d0_cm"
    }
  }

  /// What was found of the events of one place.
  public struct Point: Encodable, Sendable {
    /// Where they came from.
    public let place: Place
    /// Events shot.
    public let events: Int
    /// Fraction of events with each of the objects and lines asked for.
    public let found: [EstimatedNumber?]
  }

  /// `track` or `pair`.
  public let target: String
  /// What was asked for: input bits, lines under study, and all other lines of the menu.
  public let names: [String]
  /// The points in the order in which they were shot.
  public private(set) var points: [Point] = []

  /// No points yet.
  public init(target: String, names: [String]) {
    self.target = target
    self.names = names
  }

  /// Adds a point.
  /// - Parameter efficiencies: one for each of ``names``.
  public mutating func add(_ place: Place, _ efficiencies: [Efficiency]) {
    precondition(efficiencies.count == names.count, "an efficiency for every name")
    points.append(
      Point(place: place, events: efficiencies.first?.total ?? 0, found: efficiencies.map { $0.estimate() }))
  }

  /// The table as text, percent.
  public var text: String {
    let showsImpactParameter = points.contains { $0.place.impactParameter != nil }
    var table = TextTable(
      (showsImpactParameter ? [("d0 [cm]", .right)] : []) + [("begins at [cm]", .right), ("events", .right)]
        + names.map { ($0, .right) })
    for point in points {
      let place = point.place
      table.add(
        (showsImpactParameter ? [place.impactParameter.map { NumberText.significant($0, 3) } ?? ""] : [])
          + [place.radius.map { NumberText.significant($0, 3) } ?? "closest", NumberText.count(point.events)]
          + point.found.map { NumberText.percent($0) })
    }
    return "single \(target)s, percent of all events\n" + table.text
  }
}
