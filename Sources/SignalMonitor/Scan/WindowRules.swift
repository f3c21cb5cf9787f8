/// What a window must hold for its numbers to be trusted.
enum WindowRules {
  /// Candidates for the likelihood fit.
  static let leastCandidates = 50.0
  /// Background that must be expected within ``peakHalfWidth`` resolutions of the mass for asymptotic formulae.
  static let leastBackground = 10.0
  /// Probability below which a best fit is taken not to describe its window: about one false refusal in a hundred scans.
  static let leastProbability = 1e-5
  /// Half-width of the peak region in resolutions.
  static let peakHalfWidth = 2
}
