import Foundation
import SignalMonitor
import TestSupport
import Testing

@Suite("Several spectra by specification")
struct SpectraSpecificationTests {
  private static func text() throws -> String {
    let root = FitTable.folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "Documentation/fits/two-regions.yaml"), encoding: .utf8)
  }

  private static func table() throws -> NumberTable {
    let file = FitTable.folder.appending(path: "two-regions.csv")
    return try NumberTable(text: String(contentsOf: file, encoding: .utf8), file: file.path)
  }

  private static func fit(_ text: String, _ table: NumberTable) throws -> SpectraResult {
    let specification = try FitSpecification(yaml: text, file: "test.yaml")
    let data = try FitData(table, for: specification, file: "test.csv")
    return try #require(try SpecificationFit(specification, data).result().spectra)
  }

  @Test(
    "The example's parameters, errors, intervals, significance and limit are those of iminuit and scipy",
    .enabled(if: PythonReferee.isInstalled, "needs iminuit"))
  func example() throws {
    let table = try Self.table()
    let result = try Self.fit(try Self.text(), table)
    #expect(result.refusal == nil && result.missing == nil)
    let theirs = try PythonReferee.numbers(
      """
      import numpy as np
      from scipy.special import erf
      from scipy.stats import norm
      from scipy.optimize import brentq
      from iminuit import Minuit
      from iminuit.cost import template_chi2_da
      t = np.array(input).T
      e = [np.append(t[t[:, 0] == r, 1], 4.0) for r in (1, 2)]
      n = [t[t[:, 0] == r, 3] for r in (1, 2)]
      mc = t[t[:, 0] == 2, 4]
      def share(x): return np.diff(x)/(x[-1] - x[0])
      def model(p):
        s, m, a, b, k, pairs, flat, slope = p
        peak = [share(erf((x - m)/0.1/np.sqrt(2))) for x in e]
        one = 0.6*s*peak[0] + b*share(np.exp(-k*e[0]))
        x = 2*(e[1] - 1)/3 - 1
        two = 0.4*s*1.1**a*peak[1] + pairs*mc/mc.sum() + flat*np.diff(x + slope*x**2/2)/2
        return one, two, pairs**2*mc/mc.sum()**2
      def cost(p, n=n, centre=0.0):
        one, two, variance = model(p)
        if np.any(one <= 0) or np.any(two <= 0): return 1e10
        first = 2*np.sum(one - n[0] + n[0]*np.log(np.maximum(n[0], 1e-300)/one))
        full = variance > 0
        second = template_chi2_da(n[1][full], two[full], variance[full])
        m, c = two[~full], n[1][~full]
        return float(first + second + 2*np.sum(m - c + c*np.log(np.maximum(c, 1e-300)/m)) + (p[2] - centre)**2)
      def fit(n, centre=0.0, held=None, start=(300, 2.4, 0, 6000, 0.8, 3000, 1500, 0.3)):
        f = Minuit(lambda p: cost(p, n, centre), np.array(start, dtype=float))
        f.errordef, f.strategy, f.tol = 1, 2, 1e-6
        f.errors = (20, 0.005, 0.5, 80, 0.02, 100, 100, 0.05)
        if held is not None: f.values[0], f.fixed[0] = held, True
        # Without signal the mass says nothing: it stays where it was.
        if held is not None: f.fixed[1] = held == 0
        for _ in range(3): f.migrad()
        return f
      best = fit(n)
      v, near = np.array(best.values), 0.02*np.array(best.errors)
      # HESSE's own errors are off by up to 1 % here: second differences on a finer and symmetric grid instead.
      def at(i, a, j, b):
        q = v.copy(); q[i] += a*near[i]; q[j] += b*near[j]
        return cost(q)
      h = [[(at(i, 1, j, 1) - at(i, 1, j, -1) - at(i, -1, j, 1) + at(i, -1, j, -1))/(4*near[i]*near[j])
            for j in range(8)] for i in range(8)]
      err = np.sqrt(np.diag(np.linalg.inv(np.array(h)/2)))
      rise = lambda s: fit(n, held=s, start=v).fval - best.fval
      up = brentq(lambda s: rise(s) - 1, v[0] + 0.5*err[0], v[0] + 2*err[0], xtol=1e-4)
      print(json.dumps([float(x) for x in list(v) + list(err) + [up - v[0], rise(0.0), best.fval - v[2]**2]]))
      """, input: table.columns)
    let names = ["signal", "mass", "efficiency", "smooth", "rate", "pairs", "flat", "slope"]
    for (index, name) in names.enumerated() {
      let parameter = try #require(result.parameters.first { $0.name == name })
      let error = try #require(parameter.error)
      #expect(abs(parameter.value - theirs[index]) < 2e-3 * error, "\(name): \(parameter.value) \(theirs[index])")
      #expect(abs(error / theirs[8 + index] - 1) < 2e-4, "\(name): \(error) \(theirs[8 + index])")
    }
    let signal = try #require(result.parameters.first)
    #expect(abs(try #require(signal.errorHigh) - theirs[16]) < 2e-3 * theirs[16])
    let interest = try #require(result.ofInterest)
    #expect(abs(interest.discoveryStatistic - theirs[17]) < 5e-3, "\(interest.discoveryStatistic) \(theirs[17])")
    #expect(
      abs(try #require(result.deviance) - theirs[18]) < 1e-4, "\(String(describing: result.deviance)) \(theirs[18])")
    #expect(interest.limit > signal.value + (try #require(signal.error)) && interest.localSignificance > 5)
    #expect(interest.expectedLimit.median < interest.limit)
  }

  @Test("Held parameters are said to be, spectra hold what their components add up to, correlations are symmetric")
  func bookkeeping() throws {
    let result = try Self.fit(try Self.text(), try Self.table())
    let width = try #require(result.parameters.first { $0.name == "width" })
    #expect(width.isFixed && width.value == 0.1 && width.error == nil && !width.isAtBound)
    for spectrum in result.spectra {
      let sum = spectrum.components.reduce(0) { $0 + $1.expected }
      #expect(abs(sum - spectrum.expectation.reduce(0, +)) < 1e-6 * sum)
      #expect(abs(sum / spectrum.candidates - 1) < 0.05)
    }
    let size = result.correlations.count
    #expect(size == 9)
    for row in 0..<size {
      for column in 0..<size {
        #expect(result.correlations[row][column] == result.correlations[column][row])
        #expect(abs(result.correlations[row][column]) <= 1 + 1e-12)
      }
    }
    #expect(try #require(result.goodness).probability > 1e-3)
  }

  @Test("Mistakes in a specification of several spectra are refused with line, column and the nearest name")
  func mistakes() throws {
    let text = try Self.text()
    func message(_ old: String, _ new: String, _ change: (NumberTable) -> NumberTable = { $0 }) throws -> String {
      #expect(text.contains(old))
      do {
        let result = try Self.fit(text.replacingOccurrences(of: old, with: new), change(try Self.table()))
        return result.refusal ?? ""
      } catch let error as ChannelError { return "\(error)" }
    }
    #expect(try message("rate: rate", "rate: rade").contains("did you mean 'rate'?"))
    #expect(try message("of_interest: signal", "of_interest: signl").contains("did you mean 'signal'?"))
    #expect(try message("start: 2.35, from: 2", "start: 1.35, from: 2").contains("expected a start from"))
    #expect(try message("fixed: 0.1", "fixed: 0.1, start: 2").contains("a fixed parameter has no 'start'"))
    #expect(try message("exponential: { rate: rate }", "scale: 1").contains("a component has one form, found 0"))
    #expect(try message("count: simulated", "count: simulatd").contains("did you mean 'simulated'?"))
    #expect(try message("value: 2 }", "value: 3 }").contains("no row of the data"))
    #expect(try message("method: spectra", "method: binned").contains("belongs to the method spectra"))
    let negative = try message("confidence: 95 %", "confidence: 95 %") { table in
      var columns = table.columns
      columns[3][5] = -4
      return NumberTable(names: table.names, columns: columns)
    }
    #expect(negative.contains("no fit: a count in the window is negative"))
    let empty = try message("confidence: 95 %", "confidence: 95 %") { table in
      var columns = table.columns
      columns[3] = columns[3].map { _ in 0 }
      return NumberTable(names: table.names, columns: columns)
    }
    #expect(empty.contains("no fit: no candidate"))
  }
}
