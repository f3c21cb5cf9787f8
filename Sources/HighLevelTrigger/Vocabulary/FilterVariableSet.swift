/// A set of event-wide variables, one bit each.
struct FilterVariableSet: Equatable, ExpressibleByArrayLiteral {
  private var words = SIMD4<UInt64>(repeating: 0)

  /// Every variable.
  static let all = FilterVariableSet(FilterVariable.allCases)

  init(_ variables: some Sequence<FilterVariable>) {
    for variable in variables { insert(variable) }
  }

  init(arrayLiteral elements: FilterVariable...) { self.init(elements) }

  /// The variables from one to another in the order of their cases.
  init(_ range: ClosedRange<Int>) { self.init(range.compactMap(FilterVariable.init(rawValue:))) }

  mutating func insert(_ variable: FilterVariable) {
    words[variable.rawValue >> 6] |= 1 << UInt64(variable.rawValue & 63)
  }

  @inline(__always)
  func contains(_ variable: FilterVariable) -> Bool {
    words[variable.rawValue >> 6] >> UInt64(variable.rawValue & 63) & 1 == 1
  }

  @inline(__always)
  func intersects(_ other: FilterVariableSet) -> Bool { (words & other.words) != .zero }

  func union(_ other: FilterVariableSet) -> FilterVariableSet {
    var result = self
    result.words |= other.words
    return result
  }

  /// Calls `body` with each variable of the set.
  func forEach(_ body: (FilterVariable) -> Void) {
    for word in 0..<4 {
      var rest = words[word]
      while rest != 0 {
        if let variable = FilterVariable(rawValue: word << 6 + rest.trailingZeroBitCount) { body(variable) }
        rest &= rest - 1
      }
    }
  }

  /// The set with all that its variables are made of.
  var withIngredients: FilterVariableSet {
    var result = self
    // No ingredient has ingredients of its own but for those that stand in the table too: twice reaches all.
    for _ in 0..<2 {
      for (variable, ingredients) in FilterVariable.ingredients where result.contains(variable) {
        result = result.union(ingredients)
      }
    }
    return result
  }
}

extension FilterVariable {
  /// The variables that the values of others are made of.
  static let ingredients: [FilterVariable: FilterVariableSet] = [
    .ee1leg1clst: [.ee2clst, .gg2clst, .ee1leg],
    .eeBrem: [.nTrkLoose], .eeBremB: [.nTrkLooseB], .muonPairV: [.nTrkLoose], .muonPairVB: [.nTrkLooseB],
    .eexxSelect: [.maximumPCMS], .eeee: [.maximumPCMS], .eemm: [.maximumPCMS],
    .radBhabha: [.nTrkLoose, .nTrkTight], .radBhabhaB: [.nTrkLooseB, .nTrkTightB],
    .isrRadBhabha: [.nTrkLoose, .nTrkTight],
    .singleTagLowMass: [.nTrkLoose, .maximumPCMS], .singleTagHighMass: [.nTrkLoose, .maximumPCMS],
    .singleTagLowMassB: [.nTrkLooseB, .maximumPCMSB], .singleTagHighMassB: [.nTrkLooseB, .maximumPCMSB],
    .bhabha2Trk: [.maxAngleTTLE], .bhabha1Trk: [.nTracksLE], .gg: [.nTracksLE],
    .gammaGammaFilter: [.ggEndcapLoose, .ggBarrelLoose],
  ]
}
