/// Values of the event-wide variables of one event, as far as somebody wants them.
///
/// Expressions given to the setters are not even evaluated for a variable that no line reads and no other is made of.
struct FilterValues {
  private(set) var values = [Float](repeating: .nan, count: FilterVariable.allCases.count)
  /// The variables that are worked out.
  let wanted: FilterVariableSet

  /// - Parameter wanted: the variables that lines read; those they are made of come with them.
  init(wanted: FilterVariableSet = .all) { self.wanted = wanted.withIngredients }

  /// Forgets the values of the event before.
  mutating func begin() {
    for index in values.indices { values[index] = .nan }
  }

  /// Whether any of some variables is wanted.
  @inline(__always)
  func wants(_ variables: FilterVariableSet) -> Bool { wanted.intersects(variables) }

  subscript(variable: FilterVariable) -> Double { Double(values[variable.rawValue]) }

  @inline(__always)
  mutating func set(_ variable: FilterVariable, _ value: @autoclosure () -> Double) {
    if wanted.contains(variable) { values[variable.rawValue] = Float(value()) }
  }

  @inline(__always)
  mutating func set(_ variable: FilterVariable, _ condition: @autoclosure () -> Bool) {
    if wanted.contains(variable) { values[variable.rawValue] = condition() ? 1 : 0 }
  }

  @inline(__always)
  mutating func set(_ variable: FilterVariable, _ count: @autoclosure () -> Int) {
    if wanted.contains(variable) { values[variable.rawValue] = Float(Double(count())) }
  }

  /// Sets variables to false.
  mutating func clear(_ variables: FilterVariableSet) {
    variables.forEach { if wanted.contains($0) { values[$0.rawValue] = 0 } }
  }
}
