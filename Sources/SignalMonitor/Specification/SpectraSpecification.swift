/// Several spectra fitted together: parameters that they share, and what each is made of.
public struct SpectraSpecification: Sendable {
  /// One spectrum, as columns and rows of the data.
  public struct Spectrum: Sendable {
    /// Its name.
    public var name: String
    /// Columns of the bins' lower and upper edges and contents.
    public var columns: (low: String, high: String, count: String)
    /// Column of the sums of squared weights, where contents are sums of weights.
    public var variance: String?
    /// The column that says which rows belong to it, and its value there; nil for all rows.
    public var rows: (column: String, value: Double)?
    /// What it is made of.
    public var components: [Component]
  }

  /// One process in a spectrum.
  public struct Component: Sendable {
    /// Its name.
    public var name: String
    /// Columns of a simulated spectrum and of its squared weights, instead of a form.
    public var template: (count: String, variance: String?)?
    /// How much of it, and how it is spread; contents of templates are filled in from the data.
    public var model: SpectrumComponent
  }

  /// The parameters.
  public var parameters: [FitParameter]
  /// Parameters that are held.
  public var fixed: Set<String>
  /// The parameter whose significance and limit are asked for.
  public var ofInterest: String?
  /// The spectra.
  public var spectra: [Spectrum]
}
