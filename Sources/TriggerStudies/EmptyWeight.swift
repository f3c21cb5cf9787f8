import Statistics

/// The weight that an event which did not happen could have had, for upper limits on rates without events: the mean weight of the
/// process whose events stand for most.
///
/// Without an event, 2.30 events are the limit at 90 % on the expected events of all processes together; whatever the mixture, the
/// rate is then at most 2.30 times the largest weight. The mean over all events would claim less than was seen.
/// - Parameter totals: all events of each process.
func emptyWeight(_ totals: some Sequence<Rate>) -> Double {
  totals.filter { $0.events > 0 }.map { $0.weight / Double($0.events) }.max() ?? 1
}
