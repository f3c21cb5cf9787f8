import ArrowStream

/// The columns of `verdicts.arrow`: one row for every event that went in, also for those that level 1 rejected.
///
/// Rates, efficiencies, overlaps and latencies are made from it, and another prescale is tried on it, without playing
/// the stream again.
public enum VerdictSchema {
  /// Key, time, weight and process, as in the stream.
  public static let event = EventSchema.event

  /// The level-1 decision.
  public static let level1 = Field(
    "l1",
    .structure([
      Level1Column.memberField("input"), Level1Column.memberField("before_prescale"),
      Level1Column.memberField("after_prescale"), Level1Column.memberField("prescale_version"),
      Level1Column.memberField("accepted"), Level1Column.memberField("dead_time"),
    ]), metadata: ["comment": "decision of level 1"])

  /// The decision of the high-level trigger; lists are empty for events it did not see.
  public static let highLevel = Field(
    "hlt",
    .structure([
      HighLevelColumn.memberField("results"), HighLevelColumn.memberField("before_prescale"),
      HighLevelColumn.memberField("verdict"),
    ]), metadata: ["comment": "decision of the high-level trigger; empty lists for events that it did not see"])

  /// When the event left each stage; the only values that differ from one replay to the next.
  public static let latency = Field(
    "latency",
    .structure(
      [
        ("level1", "decision of level 1"), ("builder", "event built"), ("hlt", "decision of the high-level trigger"),
        ("total", "verdict collected"),
      ].map { name, comment in
        Field(
          name, .float32,
          metadata: [
            "unit": "us", "comment": "\(comment), since the event should have arrived; NaN if it never got there",
          ])
      }), metadata: ["comment": "times since the event should have arrived by its own clock"])

  /// All columns, in order.
  public static let columns = [event, level1, highLevel, latency]
}
