import Statistics

/// One parameter of a ``SpectrumFit`` as the signal that is asked for: limits, bands, toys and pull studies of any model.
public struct SpectrumSignal: SignalLikelihood {
  /// The fit.
  public let fit: SpectrumFit
  /// The parameter.
  public let name: String
  /// Its best value.
  public let yield: Double
  /// About its error.
  public let yieldError: Double

  /// A parameter of a fit.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` if there is no such parameter, or the data do not move it.
  public init(_ fit: SpectrumFit, of name: String) throws(FitRefusal) {
    guard let position = fit.parameters.firstIndex(where: { $0.name == name }), let value = fit.value(name) else {
      throw .invalidInput("no parameter '\(name)'")
    }
    // On a bound there is no error from the second derivatives of the free parameters; its own tells the scale.
    let curvature = fit.minimum.hessian[position, position]
    let error = fit.error(name) ?? (curvature > 0 ? 1 / curvature.squareRoot() : .nan)
    guard error > 0, error < .infinity else { throw .invalidInput("the data do not determine '\(name)'") }
    self.fit = fit
    self.name = name
    yield = value
    yieldError = error
  }

  /// Twice the rise of the minimised value at a signal, all else fitted.
  public func rise(signal: Double) -> Double? { fit.rise(name, at: signal) }

  /// The fit of what is expected without signal; what is known from elsewhere is what fits best there.
  public func asimovWithoutSignal() throws(FitRefusal) -> SpectrumSignal {
    let point = try fit.held(name, at: 0)
    var spectra = fit.spectra
    for (index, expectation) in try fit.expectations(at: point).enumerated() {
      spectra[index].counts = expectation.contents
      // Weights keep their scale.
      if !spectra[index].variances.isEmpty {
        spectra[index].variances = zip(expectation.contents, expectation.inverseScales).map { $0 / $1 }
      }
    }
    return try refitted(spectra, at: point, centres: point)
  }

  /// The fit of a pseudo-experiment: counts, templates with errors, and what is known from elsewhere, drawn around the best
  /// fit at a signal.
  public func toy(signal: Double, random: inout CounterRandom) throws(FitRefusal) -> SpectrumSignal {
    let point = try fit.held(name, at: signal)
    var spectra = fit.spectra
    for (index, expectation) in try fit.expectations(at: point).enumerated() {
      let isWeighted = !spectra[index].variances.isEmpty
      for bin in expectation.contents.indices {
        let scale = expectation.inverseScales[bin]
        let count = Double(random.poisson(max(expectation.contents[bin] * scale, 0)))
        spectra[index].counts[bin] = count / scale
        if isWeighted { spectra[index].variances[bin] = count / (scale * scale) }
      }
      for part in spectra[index].components.indices {
        guard case .template(let contents, let variances) = spectra[index].components[part].form, !variances.isEmpty
        else { continue }
        var drawn = contents
        var errors = variances
        for bin in contents.indices where variances[bin] > 0 && contents[bin] > 0 {
          let weight = variances[bin] / contents[bin]
          let count = Double(random.poisson(contents[bin] / weight))
          drawn[bin] = count * weight
          errors[bin] = count * weight * weight
        }
        spectra[index].components[part].form = .template(drawn, variances: errors)
      }
    }
    let centres = zip(fit.parameters, point).map { parameter, value in
      parameter.constraint.map { value + $0.error * random.gaussian() } ?? value
    }
    return try refitted(spectra, at: point, centres: centres)
  }

  private func refitted(
    _ spectra: [SpectrumModel], at point: [Double], centres: [Double]
  ) throws(FitRefusal) -> SpectrumSignal {
    var parameters = fit.parameters
    for index in parameters.indices {
      parameters[index].start = point[index]
      parameters[index].constraint?.mean = centres[index]
    }
    return try SpectrumSignal(try SpectrumFit(spectra, parameters: parameters), of: name)
  }
}
