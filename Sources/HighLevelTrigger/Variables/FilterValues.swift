/// Values of the event-wide variables of one event.
struct FilterValues {
  private(set) var values = [Float](repeating: .nan, count: FilterVariable.allCases.count)

  mutating func begin() {
    for index in values.indices { values[index] = .nan }
  }

  subscript(variable: FilterVariable) -> Double {
    get { Double(values[variable.rawValue]) }
    set { values[variable.rawValue] = Float(newValue) }
  }

  mutating func set(_ variable: FilterVariable, _ condition: Bool) { self[variable] = condition ? 1 : 0 }

  mutating func set(_ variable: FilterVariable, _ count: Int) { self[variable] = Double(count) }
}
