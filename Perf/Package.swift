// swift-tools-version: 6.2
import PackageDescription

// Benchmarks and their comparison partners: a package of its own, so that nobody who builds Sluice builds these.
#if arch(x86_64)
  let kernel: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=x86-64-v3"])]
  let partner: [CSetting] = [.unsafeFlags(["-O3", "-march=x86-64-v3"])]
#else
  let kernel: [SwiftSetting] = []
  let partner: [CSetting] = [.unsafeFlags(["-O3"])]
#endif

let package = Package(
  name: "SluicePerformance",
  dependencies: [
    .package(name: "Sluice", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .target(name: "CPartners", cSettings: partner, linkerSettings: [.linkedLibrary("zmq"), .linkedLibrary("pthread")]),
    .executableTarget(
      name: "sluice-benchmark",
      dependencies: [
        "CPartners", .product(name: "SluiceLibrary", package: "Sluice"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/SluiceBenchmark", swiftSettings: kernel),
  ]
)
