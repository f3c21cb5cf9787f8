import ArrowStream
import EventModel

extension ReplayInputs {
  /// The frontends that a run of these inputs has, after everything that can be wrong with it has been looked for.
  /// - Throws: ``ReplayError``.
  func frontends(for configuration: ReplayConfiguration) throws -> [FrontendPlan] {
    let frontends = FrontendPlan.plans(for: schema.fields.map(\.name))
    guard frontends.contains(where: \.feedsLevel1) else {
      throw ReplayError.missingColumn(
        path: inputs.first?.path ?? "", column: "cdc", existing: schema.fields.map(\.name))
    }
    try check(against: configuration)
    try rehearse(configuration.chain, frontends)
    return frontends
  }

  /// Lets every processor see a batch without events: a column that a menu needs and the stream lacks is found before
  /// the run begins.
  private func rehearse(_ chain: TriggerChain, _ frontends: [FrontendPlan]) throws {
    let path = inputs.first?.path ?? ""
    func empty(_ fields: [Field]) throws -> RecordBatch {
      try RecordBatch(schema: Schema(fields: fields), columns: fields.map { .empty($0.type) }, count: 0)
    }
    func fields(_ names: [String]) -> [Field] {
      names.compactMap { name in schema.index(of: name).map { schema.fields[$0] } }
    }
    do {
      let seen = ["event"] + frontends.filter(\.feedsLevel1).flatMap(\.columns)
      var level1 = try chain.makeLevel1()
      let l1 = try level1.process(try empty(fields(seen)))
      var batch = try empty(fields(["event"] + frontends.flatMap(\.columns))).appending(EventSchema.level1, l1)
      var highLevel = try chain.makeHighLevel()
      batch = try batch.appending(EventSchema.highLevel, try highLevel.process(batch))
      var reconstruction = try chain.makeReconstruction()
      _ = try reconstruction.process(batch)
    } catch let error as ColumnError {
      if case .missing(let column, _) = error {
        // The batch of the rehearsal has the columns of one level only; the reader wants to know those of the stream.
        throw ReplayError.missingColumn(
          path: path, column: column, existing: schema.fields.map(\.name))
      }
      throw ReplayError.unreadableStream(path: path, reason: "\(error)")
    }
  }
}
