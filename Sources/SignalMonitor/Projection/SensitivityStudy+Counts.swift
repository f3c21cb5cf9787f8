import Statistics

extension SensitivityStudy {
  /// The answers of a signal region for every mass and lifetime at which its efficiency was measured.
  func region(_ definition: RegionDefinition, _ index: Int) -> [ProjectedLimit] {
    let signal = backgrounds.rate { Double($0.regions[index].signal) }
    let sidebands = backgrounds.rate { Double($0.regions[index].sidebands) }
    var rate = signal
    // What the sidebands say counts if more simulated events stand behind it, as is the rule where a region is almost empty.
    var scale = 1.0
    if case .transfer(let value, _)? = definition.background, signal.effectiveCount < 3, sidebands.value > 0 {
      (rate, scale) = (sidebands, value)
    }
    let expected = rate.value * scale * luminosity
    let background =
      expected > 0
      ? ExpectedBackground(value: expected, error: rate.variance.squareRoot() * scale * luminosity) : nothing
    let measured = { (value: Double) -> BackgroundEstimate in
      switch definition.background {
      case .transfer(let transfer, let error):
        let count = max(sidebands.value * luminosity, value / transfer)
        guard count > 0 else { return .measured(count: 0, ratio: 1 / transfer) }
        let relative = 1 / count + error / transfer * (error / transfer)
        return BackgroundEstimate(expectation: value, error: value * relative.squareRoot())
      case .expected(let mean, let error, _) where mean > 0:
        return BackgroundEstimate(expectation: value, error: value * error / mean)
      default:
        return .known(value)
      }
    }
    guard let found = try? count(background, measuredBy: measured) else { return [] }
    let curve = channel.normalisation?.efficiency?.points ?? []
    let places = curve.filter { $0.region == nil || $0.region == definition.name }.map { point in
      LimitConversion.Place(mass: point.mass, lifetime: point.lifetime, region: definition.name)
    }
    return (places.isEmpty ? [LimitConversion.Place(mass: 0, region: definition.name)] : places).map { place in
      answer(
        place, hasMass: place.mass > 0, method: .counting, background: background, limit: found.limit,
        errorOfLimit: found.error)
    }
  }

  /// The answers of a plane at the pairs of masses at which the efficiency was measured.
  func plane(_ search: PlaneSearch) -> [ProjectedLimit] {
    guard let empty = try? ChannelData(channel), let counts = empty.plane else { return [] }
    let grids = counts.grids
    let ratio: Double = {
      let (inner, outer) = (search.ring.lowerBound, search.ring.upperBound)
      return (outer * outer - inner * inner) / (search.radius * search.radius)
    }()
    let contained = PlaneScan(search: search, counts: counts, confidence: channel.confidence).contained
    return (channel.normalisation?.efficiency?.points ?? []).compactMap { point in
      guard let second = point.secondMass, let x = grids[0].bin(of: point.mass), let y = grids[1].bin(of: second)
      else { return nil }
      let background = density(at: (x, y), grids, radius: search.radius)
      guard let found = try? count(background, measuredBy: { .measured(count: $0 * ratio, ratio: ratio) }) else {
        return nil
      }
      return answer(
        LimitConversion.Place(mass: point.mass, second: second), hasMass: true, method: .counting,
        background: background, limit: found.limit.scaled(by: 1 / contained), errorOfLimit: found.error)
    }
  }

  /// Simulated candidates that the density of a plane rests on.
  private static let leastCount = 20.0
  /// The widest circle that it is taken from, in resolutions.
  private static let widest = 60.0

  /// The background in a window of a plane: that of a circle as wide as it must be to hold enough simulated candidates, scaled to the
  /// window by the area that lies in the plane.
  private func density(
    at centre: (x: Int, y: Int), _ grids: [ResolutionGrid], radius: Double
  ) -> ExpectedBackground {
    let perResolution = Double(grids[0].binsPerResolution)
    var reach = radius
    while true {
      var rate = SimulatedRate()
      func isInside(_ x: Int, _ y: Int) -> Bool {
        let (dx, dy) = (Double(x - centre.x) / perResolution, Double(y - centre.y) / perResolution)
        return dx * dx + dy * dy <= reach * reach
      }
      for background in backgrounds {
        for (cell, count) in background.data.plane?.cells ?? [:] where isInside(Int(cell.x), Int(cell.y)) {
          rate.add(Double(count), luminosity: background.luminosity)
        }
      }
      if rate.effectiveCount >= Self.leastCount || reach >= Self.widest {
        guard rate.value > 0 else { return nothing }
        let bins = Int(reach * perResolution)
        var cells = 0
        for x in max(0, centre.x - bins)...min(grids[0].binCount - 1, centre.x + bins) {
          for y in max(0, centre.y - bins)...min(grids[1].binCount - 1, centre.y + bins) where isInside(x, y) {
            cells += 1
          }
        }
        let share = Double.pi * radius * radius * perResolution * perResolution / Double(cells)
        return ExpectedBackground(
          value: rate.value * share * luminosity, error: rate.variance.squareRoot() * share * luminosity)
      }
      reach = min(reach * 1.4, Self.widest)
    }
  }

  /// The answers for the masses of templates.
  func templates(_ search: TemplateSearch) -> (limits: [ProjectedLimit], remarks: [String]) {
    guard !search.signals.isEmpty, !search.backgrounds.isEmpty, let empty = try? ChannelData(channel),
      let histogram = empty.histogram
    else { return ([], ["templates are not measured"]) }
    let rates = backgrounds.rates(bins: search.edges.count - 1) { $0.histogram?.counts }
    let sum = rates.reduce(into: SimulatedRate()) { $0.add($1) }
    guard sum.value > 0 else { return ([], ["no simulated event was left"]) }
    let scan = TemplateScan(search: search, counts: histogram, confidence: channel.confidence, hidden: false)
    let relative = 1 / sum.effectiveCount.squareRoot()
    let background = ExpectedBackground(value: sum.value * luminosity, error: sum.value * luminosity * relative)
    var limits: [ProjectedLimit] = []
    var remarks: [String] = []
    for signal in search.signals {
      do throws(FitRefusal) {
        let fit = try scan.fit(signal, rates.map { $0.value * luminosity })
        let limit = try AsymptoticLimit(SpectrumSignal(fit, of: "signal"))
          .expectedLimits(confidence: channel.confidence)
        limits.append(
          answer(
            LimitConversion.Place(mass: signal.mass ?? 0), hasMass: signal.mass != nil, method: .likelihood,
            background: background, limit: limit, errorOfLimit: 0.5 * relative))
      } catch {
        remarks.append("\(signal.name): \(error)")
      }
    }
    return (limits, remarks)
  }
}
