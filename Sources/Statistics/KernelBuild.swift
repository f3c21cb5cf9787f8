/// For which processors the numerical kernels of this build were compiled.
public enum KernelBuild {
  /// `x86-64-v3` (AVX2, FMA) or `portable`: any processor of this architecture.
  public static var processorLevel: String {
    #if SLUICE_X86_64_V3
      "x86-64-v3"
    #else
      "portable"
    #endif
  }
}
