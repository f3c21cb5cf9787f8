/// How a search turns candidates into numbers.
public enum SearchMethod: Sendable {
  /// A peak over a smooth background, fitted in windows that slide over the spectrum; counted where candidates are few.
  case peak(PeakSearch)
  /// Counts in elliptical windows of a plane against their surroundings.
  case plane(PlaneSearch)
  /// Counts in signal regions against sidebands or an expectation.
  case counting([RegionDefinition])
  /// A spectrum against templates.
  case template(TemplateSearch)
  /// Nothing can be done yet.
  case none

  /// One word for tables and JSON.
  public var name: String {
    switch self {
    case .peak(let search): search.word
    case .plane: "elliptical windows"
    case .counting: "counting"
    case .template: "template"
    case .none: "none"
    }
  }

  /// What is guessed, or must be measured before the method works; nil if nothing is missing.
  var unmeasured: String? {
    switch self {
    case .peak(let search) where search.measuredWith == nil: "resolution"
    case .plane(let search) where search.measuredWith == nil: "resolution"
    case .template(let search) where search.signals.isEmpty || search.backgrounds.isEmpty: "templates"
    case .counting(let regions) where regions.allSatisfy({ $0.background == nil }): "background"
    default: nil
    }
  }
}

/// A peak search: range of the spectrum, shape and width of the peak, where and how it is looked for.
public struct PeakSearch: Sendable {
  /// Range of the spectrum, in the observable's unit.
  public var range: ClosedRange<Double>
  /// The peak.
  public var shape: SignalShape
  /// Its width.
  public var resolution: Resolution
  /// The scan.
  public var scan: ScanSettings
  /// Ranges of the observable in which nothing is looked for, and which no window reaches into.
  public var vetoes: [Veto]
  /// Parts of a second observable that are fitted together.
  public var slices: Slices?
  /// Whether windows are counted against sidebands, never fitted.
  public var counts: Bool
  /// Whether the likelihood takes every value by itself instead of counts in bins.
  public var isUnbinned: Bool
  /// What shape and resolution were measured on; nil for a guess.
  public var measuredWith: String?

  /// The method in a word or two.
  var word: String {
    if counts { return "windows" }
    if isUnbinned { return "unbinned peak" }
    return slices == nil ? "peak" : "peak in slices"
  }

  /// The bins of the spectrum: a quarter of the resolution wide.
  ///
  /// - Throws: ``GridProblem`` when range or resolution make none.
  public func grid() throws(GridProblem) -> ResolutionGrid {
    try ResolutionGrid(resolution: resolution, lower: range.lowerBound, upper: range.upperBound, binsPerResolution: 4)
  }
}

/// A range in which a known particle hides what is searched for.
public struct Veto: Hashable, Sendable {
  /// Values of the observable.
  public let range: ClosedRange<Double>
  /// What is there: `J/psi`.
  public let title: String
}

/// Parts of a second observable: spectra that share the signal.
public struct Slices: Hashable, Sendable {
  /// The second observable.
  public let observable: Observable
  /// Their edges, ascending.
  public let edges: [Double]
  /// The share of the signal in each slice, against the first observable; empty when not measured.
  public let shares: [SignalShare]
}

/// The shares of the signal in slices at one value of the observable.
public struct SignalShare: Hashable, Sendable {
  /// The value of the observable.
  public let value: Double
  /// One share a slice, adding up to 1.
  public let shares: [Double]
}

/// Counts in elliptical windows of a plane of two observables.
public struct PlaneSearch: Sendable {
  /// First and second axis.
  public var axes: [PlaneAxis]
  /// Half axes of the window, in resolutions.
  public var radius: Double
  /// Inner and outer edge of the ring that measures the background, in resolutions.
  public var ring: ClosedRange<Double>
  /// Distance of neighbouring hypotheses, in resolutions.
  public var step: Double
  /// What the resolutions were measured on; nil for a guess.
  public var measuredWith: String?
}

/// An axis of a plane search.
public struct PlaneAxis: Sendable {
  /// What is measured along it.
  public var observable: Observable
  /// Values looked at.
  public var range: ClosedRange<Double>
  /// The width of the signal.
  public var resolution: Resolution
}

/// A signal region with what tells its background.
public struct RegionDefinition: Hashable, Sendable {
  /// Its name in results.
  public let name: String
  /// A line for titles.
  public let title: String
  /// Position of the signal region's condition among the channel's expressions.
  public let signal: Int
  /// Position of the sidebands' condition, if there are sidebands.
  public let sidebands: Int?
  /// What tells the background; nil when not measured.
  public let background: RegionBackground?
}

/// What tells the background of a signal region.
public enum RegionBackground: Hashable, Sendable {
  /// Background of the signal region for each candidate in the sidebands, with its error.
  case transfer(value: Double, error: Double)
  /// An expectation at a luminosity in 1/fb, with its error.
  case expected(value: Double, error: Double, luminosity: Double)
}

/// A spectrum that is fitted as a sum of templates.
public struct TemplateSearch: Sendable {
  /// Edges of the bins, ascending, in the observable's unit.
  public var edges: [Double]
  /// The signal for each mass.
  public var signals: [SpectrumTemplate]
  /// The backgrounds, each with a yield of its own.
  public var backgrounds: [SpectrumTemplate]
}

/// A simulated spectrum.
public struct SpectrumTemplate: Hashable, Sendable {
  /// What it is: a process, or a mass in GeV as text.
  public let name: String
  /// The mass of the signal, GeV; nil for backgrounds.
  public let mass: Double?
  /// Simulated candidates in each bin, or sums of their weights.
  public let counts: [Double]
  /// Sums of the squared weights: the counts themselves where candidates have no weights.
  public let variances: [Double]
}
