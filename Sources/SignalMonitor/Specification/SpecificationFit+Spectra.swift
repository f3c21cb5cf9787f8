import Statistics

extension SpecificationFit {
  /// The fit of several spectra from a table of numbers.
  ///
  /// - Throws: ``ChannelError`` for columns or rows that are not there; what the fit itself cannot have is said in the result.
  func fitted(_ specification: SpectraSpecification, _ table: NumberTable) throws(ChannelError) -> SpectraResult {
    var models: [SpectrumModel] = []
    for spectrum in specification.spectra { models.append(try model(spectrum, table)) }
    var result = SpectraResult(specification, models)
    do throws(FitRefusal) {
      let fit = try SpectrumFit(models, parameters: specification.parameters)
      result.fill(from: fit)
      guard let name = specification.ofInterest else { return result }
      do throws(FitRefusal) {
        result.ofInterest = try SpectraResult.Interest(
          try SpectrumSignal(try fit.holdingWhatVanishes(with: name), of: name),
          confidence: self.specification.confidence)
      } catch {
        result.missing = "no limit: \(error)"
      }
    } catch {
      result.refusal = "no fit: \(error)"
    }
    return result
  }

  private func model(
    _ spectrum: SpectraSpecification.Spectrum, _ table: NumberTable
  ) throws(ChannelError) -> SpectrumModel {
    func failure(_ problem: String) -> ChannelError {
      ChannelError(file: "data", line: 0, column: 0, problem: "spectrum '\(spectrum.name)': \(problem)")
    }
    func column(_ name: String) throws(ChannelError) -> [Double] {
      if let found = table[name] { return found }
      let hint = nearestName(to: name, among: table.names).map { "did you mean '\($0)'?" }
      throw failure("no column '\(name)'; " + (hint ?? "found \(table.names.joined(separator: ", "))"))
    }
    var rows = Array(0..<(table.columns.first?.count ?? 0))
    if let choice = spectrum.rows {
      let values = try column(choice.column)
      rows = rows.filter { values[$0] == choice.value }
    }
    guard !rows.isEmpty else { throw failure("no row of the data belongs to it") }
    func chosen(_ name: String) throws(ChannelError) -> [Double] {
      let values = try column(name)
      return rows.map { values[$0] }
    }
    let low = try chosen(spectrum.columns.low)
    let high = try chosen(spectrum.columns.high)
    for bin in low.indices {
      let next = bin + 1 < low.count ? low[bin + 1] : high[bin]
      guard low[bin] < high[bin], abs(next - high[bin]) <= 1e-9 * (high[bin] - low[bin]) else {
        throw failure("bin \(bin) from \(low[bin]) to \(high[bin]) has no width or does not touch the next")
      }
    }
    var components: [SpectrumComponent] = []
    for component in spectrum.components {
      var model = component.model
      if let template = component.template {
        let contents = try chosen(template.count)
        guard contents.allSatisfy({ $0 >= 0 && $0.isFinite }), contents.contains(where: { $0 > 0 }) else {
          throw failure("the template '\(template.count)' is empty, or a content is negative or no number")
        }
        let variances = try template.variance.map { (name) throws(ChannelError) in try chosen(name) } ?? contents
        model.form = SpectrumComponent.simulated(contents, variances: variances)
      }
      components.append(model)
    }
    let variances = try spectrum.variance.map { (name) throws(ChannelError) in try chosen(name) } ?? []
    return SpectrumModel(
      counts: try chosen(spectrum.columns.count), variances: variances, edges: low + high.suffix(1),
      components: components)
  }
}
