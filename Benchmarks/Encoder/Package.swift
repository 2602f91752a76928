// swift-tools-version: 6.1
import PackageDescription

// Measures the encoder by itself, without an index around it.
let package = Package(
    name: "encoder",
    dependencies: [.package(name: "magnus", path: "../..")],
    targets: [
        .executableTarget(name: "EncoderBenchmark", dependencies: [.product(name: "Encoder", package: "magnus")])
    ],
    swiftLanguageModes: [.v6]
)
